import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebhookAlertSink } from '../../src/adapters/alerts/webhook-alert-sink.ts'
import { commands } from '../../src/cli/commands.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { AlertReceiver } from '../support/alert-receiver.ts'
import { noBreaker } from '../support/breakers.ts'
import { withExample } from './support/example-module.ts'
import { codeBlocks, pages, readPage } from './support/pages.ts'

const page = readPage('docs/operation.md')
const [exports = ''] = codeBlocks(page, 'sh')

describe('the production settings of docs/operation.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-operation-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const secrets: Readonly<Record<string, string>> = {
    MASTER_KEY_FILE: randomBytes(32).toString('base64'),
    REFRESH_PEPPERS_FILE: `2026a:${'0123456789abcdef'.repeat(4)}`,
    SMTP_URL_FILE: 'smtps://user:secret@mail.example.com:465',
  }
  const written = [...exports.matchAll(/^export (\w+)=('[^']*'|\S+)/gm)].map(
    ([, name = '', value = '']): [string, string] => [name, value.replaceAll("'", '').replace('…', 'secret')],
  )
  const env = Object.fromEntries(
    written.map(([name, value]) => {
      const secret = secrets[name]
      if (secret === undefined) return [name, value]
      const file = join(folder, name)
      writeFileSync(file, secret)
      return [name, file]
    }),
  )

  it('are a valid configuration', () => {
    expect(readConfig(env)).toMatchObject({
      environment: 'production',
      server: { trustedProxies: expect.anything() },
    })
  })

  it.each(['DATABASE_URL', 'MASTER_KEY_FILE', 'REFRESH_PEPPERS_FILE', 'SMTP_URL_FILE', 'MAIL_FROM'])(
    'are refused without %s',
    (name) => {
      const { [name]: _removed, ...rest } = env
      expect(() => readConfig(rest)).toThrow(name.replace('_FILE', ''))
    },
  )

  it('are refused with a PUBLIC_URL over http', () => {
    expect(() => readConfig({ ...env, PUBLIC_URL: 'http://auth.example.com' })).toThrow('PUBLIC_URL')
  })
})

describe('docs/operation.md', () => {
  const [verifier = ''] = codeBlocks(page, 'js')
  let receiver: AlertReceiver
  beforeAll(async () => {
    receiver = await AlertReceiver.open()
  })
  afterAll(() => receiver.close())

  it('has an example that accepts a signed alert, and no changed one', async () => {
    const secret = 'a-secret-of-the-webhook-0123456789ab'
    const sink = new WebhookAlertSink({
      url: new Secret(receiver.url),
      secret: new Secret(secret),
      privateAllowed: true,
      clock: systemClock,
      breaker: noBreaker(),
    })
    const json = codeBlocks(page, 'json').find((block) => block.includes('windowStart')) ?? ''
    const { windowStart, windowEnd, ...rest } = JSON.parse(json)
    await sink.send({ ...rest, windowStart: new Date(windowStart), windowEnd: new Date(windowEnd) })
    const [{ body = '', headers = {} } = {}] = receiver.received
    expect(JSON.parse(body)).toEqual(JSON.parse(json))
    type Example = { isGenuine(header: string, body: string, secret: string): boolean }
    await withExample<Example>(verifier, async ({ isGenuine }) => {
      const signature = String(headers['x-gatehouse-signature'])
      expect(isGenuine(signature, body, secret)).toBe(true)
      expect(isGenuine(signature, `${body} `, secret)).toBe(false)
    })
  })
})

describe('the commands of the documentation', () => {
  const known = commands.map(({ name }) => name)
  const named = pages.flatMap((path) =>
    [...readPage(path).matchAll(/npm run cli -- ([a-z]+(?: [a-z-]+)?)/g)].map(([, name = '']) => [
      path,
      name,
    ]),
  )

  it.each(named)('%s: npm run cli -- %s', (_path, name = '') => {
    expect(known.some((command) => name === command || name.startsWith(`${command} `))).toBe(true)
  })
})
