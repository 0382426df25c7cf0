import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaSigningKeyStore } from '../../src/adapters/prisma/stores/tokens/prisma-signing-key-store.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'

let stage: CommandStage
beforeAll(async () => {
  stage = await openCommandStage({
    MASTER_KEY: Buffer.from('gatehouse tests: a master key 32').toString('base64'),
  })
})
afterAll(() => stage.close())

type Algorithm = 'RS256' | 'ES256' | 'EdDSA'

async function importText(
  text: string,
  algorithm: Algorithm = 'ES256',
  more: Readonly<Record<string, string>> = {},
) {
  const path = join(stage.folder, 'key')
  await writeFile(path, text)
  const settings = { SIGNING_ALGORITHM: algorithm, ...more }
  const { code, output, errors } = await stage.run(['keys', 'import', path], settings)
  return { code, output: output.join('\n'), errors: errors.join('\n') }
}

const stored = () =>
  stage.onDatabase(async ({ client }) => {
    const keys = await new PrismaSigningKeyStore(client).list()
    const events = await client.auditEvent.findMany({ where: { reason: 'IMPORTED' } })
    return { keys, events }
  })

const pkcs8 = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }).toString()
const p256 = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey

describe('keys import', () => {
  it.each<[Algorithm, () => KeyObject]>([
    ['ES256', p256],
    ['EdDSA', () => generateKeyPairSync('ed25519').privateKey],
    ['RS256', () => rsa(2048)],
  ])(
    'makes a PEM key for %s the NEXT key, in place of the earlier one, with an audit event',
    async (algorithm, make) => {
      const before = await stored()
      const { code, output, errors } = await importText(pkcs8(make()), algorithm)
      expect([code, errors]).toEqual([0, ''])
      const { keys, events } = await stored()
      const kid = keys[0]?.kid
      expect(keys).toMatchObject([{ algorithm, state: 'NEXT', activatedAt: null }])
      expect(keys[0]?.publicJwk).not.toHaveProperty('d')
      expect(output).toContain(`imported ${kid}`)
      expect(events).toHaveLength(before.events.length + 1)
      expect(events.map(({ details }) => details)).toContainEqual({
        to: kid,
        replaces: before.keys[0]?.kid ?? null,
      })
    },
  )

  it('accepts a JWK whose key verifies what it signs', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'a name of its own' }
    expect((await importText(JSON.stringify(jwk))).code).toBe(0)
    expect((await stored()).keys).toMatchObject([{ algorithm: 'ES256', publicJwk: { x: jwk.x, y: jwk.y } }])
  })

  it('logs its audit event on standard error with AUDIT_LOG=on', async () => {
    const { code, output, errors } = await importText(pkcs8(p256()), 'ES256', { AUDIT_LOG: 'on' })
    const { keys, events } = await stored()
    const { id } = events.find(({ details }) => Object(details).to === keys[0]?.kid) ?? {}
    expect([code, output]).toEqual([0, expect.not.stringContaining('audit event')])
    expect(JSON.parse(errors)).toMatchObject({
      msg: 'audit event',
      audit: { id, type: 'SIGNING_KEYS_ROTATED', reason: 'IMPORTED' },
    })
  })

  it('refuses a key that is present', async () => {
    const pem = pkcs8(p256())
    expect((await importText(pem)).code).toBe(0)
    const { code, errors } = await importText(pem)
    expect([code, errors]).toEqual([1, expect.stringContaining('present already')])
  })

  it('refuses a key of another algorithm than SIGNING_ALGORITHM', async () => {
    const { code, errors } = await importText(pkcs8(p256()), 'RS256')
    expect([code, errors]).toEqual([1, expect.stringContaining('SIGNING_ALGORITHM is RS256')])
  })

  const jwkOf = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }) })
  const refused: [name: string, text: () => string, reason: string][] = [
    [
      'a public key',
      () =>
        generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
          .publicKey.export({ format: 'pem', type: 'spki' })
          .toString(),
      'no private key',
    ],
    ['a public JWK', () => JSON.stringify({ ...jwkOf(p256()), d: undefined }), 'no private key'],
    [
      'an encrypted key',
      () =>
        p256().export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      'is encrypted',
    ],
    ['another form of PEM', () => p256().export({ format: 'pem', type: 'sec1' }).toString(), 'PKCS #8'],
    ['two keys', () => pkcs8(p256()) + pkcs8(p256()), 'exactly one key'],
    ['a JWK Set', () => JSON.stringify({ keys: [jwkOf(p256())] }), 'JWK Set'],
    ['a short RSA key', () => pkcs8(rsa(1024)), '1024 bits'],
    ['a small exponent', () => pkcs8(rsa(2048, 3)), 'exponent'],
    [
      'another curve',
      () => pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey),
      'not supported',
    ],
    [
      'an RSA-PSS key',
      () => pkcs8(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey),
      'not supported',
    ],
    ['a JWK for encryption', () => JSON.stringify({ ...jwkOf(p256()), use: 'enc' }), '`use`'],
    ['a JWK for another algorithm', () => JSON.stringify({ ...jwkOf(p256()), alg: 'ES384' }), '`alg`'],
    ['text', () => 'not a key', 'neither PEM nor a JWK'],
    ['damaged PEM', () => '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'cannot be read'],
  ]
  it.each(refused)('refuses %s, and says why', async (_name, text, reason) => {
    const content = text()
    const { code, errors } = await importText(content)
    expect([code, errors]).toEqual([1, expect.stringContaining(reason)])
    expect(errors).not.toBe('')
    expect(errors).not.toContain(content.slice(-20))
  })

  const ed25519 = () => generateKeyPairSync('ed25519').privateKey
  const halves: [name: string, algorithm: Algorithm, jwk: () => object][] = [
    ['P-256', 'ES256', () => ({ ...jwkOf(p256()), d: jwkOf(p256()).d })],
    ['Ed25519', 'EdDSA', () => ({ ...jwkOf(ed25519()), x: jwkOf(ed25519()).x })],
    ['RSA', 'RS256', () => ({ ...jwkOf(rsa(2048)), n: jwkOf(rsa(2048)).n })],
  ]
  it.each(halves)('refuses halves of two %s keys', async (_name, algorithm, jwk) => {
    const { code, errors } = await importText(JSON.stringify(jwk()), algorithm)
    expect([code, errors]).toEqual([1, expect.stringContaining('do not belong together')])
  })

  it('requires one argument', async () => {
    expect((await stage.run(['keys', 'import'])).code).toBe(2)
  })
})
