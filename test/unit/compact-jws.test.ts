import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCompactHeader } from '../../src/domain/tokens/compact-jws.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = { alg: 'RS256', typ: 'at+jwt', kid: 'k' }
const payload = encode({ sub: 'ada' })
const signature = Buffer.from('a signature').toString('base64url')
const good = `${encode(header)}.${payload}.${signature}`

describe('readCompactHeader', () => {
  it('reads the header of three canonical parts', () => {
    expect(readCompactHeader(good)).toEqual(header)
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (alg, typ, kid) => {
        expect(readCompactHeader(`${encode({ alg, typ, kid })}.${payload}.${signature}`)).toEqual({
          alg,
          typ,
          kid,
        })
      }),
    )
  })

  it('throws at nothing', () => {
    const parts = fc.array(
      fc.oneof(
        fc.base64String(),
        fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text).toString('base64url')),
      ),
      {
        maxLength: 5,
      },
    )
    fc.assert(fc.property(parts, (list) => void readCompactHeader(list.join('.'))))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readCompactHeader(text)).toBeNull()
      }),
    )
  })

  it('knows one way only to write a token', () => {
    const inserted = fc.constantFrom(' ', '\n', '\t', '=', '+', '/', '.', '\0', '"', 'é')
    fc.assert(
      fc.property(fc.nat({ max: good.length }), inserted, (at, extra) => {
        expect(readCompactHeader(good.slice(0, at) + extra + good.slice(at))).toBeNull()
      }),
    )
    const loose = (part: string) =>
      part.slice(0, -1) + String.fromCharCode(part.charCodeAt(part.length - 1) + 1)
    const three = [encode(header), Buffer.from('{}').toString('base64url'), signature]
    for (const at of three.keys()) {
      const changed = three.map((part, index) => (index === at ? loose(part) : part)).join('.')
      const sameBytes = changed
        .split('.')
        .every((part, index) =>
          Buffer.from(part, 'base64url').equals(Buffer.from(three[index] ?? '', 'base64url')),
        )
      if (sameBytes) expect(readCompactHeader(changed)).toBeNull()
    }
  })

  it.each([
    ['two parts', `${encode(header)}.${payload}`],
    ['four parts', `${good}.x`],
    ['an empty part', `${encode(header)}..${signature}`],
    ['a header that is a list', `${encode(['RS256'])}.${payload}.${signature}`],
    ['a header that is null', `${encode(null)}.${payload}.${signature}`],
    ['a header that is no JSON', `${Buffer.from('{').toString('base64url')}.${payload}.${signature}`],
    ['a header without kid', `${encode({ alg: 'RS256', typ: 'at+jwt' })}.${payload}.${signature}`],
    ['a kid that is no text', `${encode({ ...header, kid: 1 })}.${payload}.${signature}`],
    ['a header with more than ours', `${encode({ ...header, jku: 'https://x' })}.${payload}.${signature}`],
    ['more than 4096 characters', `${good}${'A'.repeat(4096)}`],
  ])('refuses %s', (_what, token) => {
    expect(readCompactHeader(token)).toBeNull()
  })
})
