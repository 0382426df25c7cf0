import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/lib/crypto/secret.ts'

const secret = new Secret('hunter2')

function printed(print: (console: Console) => void): string {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk)
      done()
    },
  })
  print(new Console(stream))
  return text
}

describe('Secret', () => {
  it('gives its text to reveal() alone', () => {
    expect(secret.reveal()).toBe('hunter2')
  })

  it.each<[string, () => string]>([
    ['a template', () => `${secret}`],
    ['String()', () => String(secret)],
    ['a joined list', () => [secret, secret].join(' ')],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['util.inspect', () => inspect({ secret }, { showHidden: true, depth: null })],
    ['util.format', () => format('%s %o %j', secret, secret, secret)],
    ['console.log', () => printed((console) => console.log(secret, { secret }))],
    [
      'console.dir',
      () => printed((console) => console.dir(secret, { customInspect: false, showHidden: true })),
    ],
    ['console.table', () => printed((console) => console.table([{ secret }]))],
    ['its entries', () => JSON.stringify([Object.entries(secret), { ...secret }])],
    ['an error', () => inspect(new Error(`failed with ${secret}`, { cause: secret }))],
  ])('does not show in %s', (_, show) => {
    expect(show()).not.toContain('hunter2')
  })

  it('shows as three stars', () => {
    expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual(['***', '"***"', '***'])
  })
})
