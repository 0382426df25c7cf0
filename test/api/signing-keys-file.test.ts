import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { type SignedIn, signIn, signUp } from '../support/people.ts'
import { setRole } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let folder: string
let file: string
let keys: readonly JWK[]
let kids: readonly string[]
let test: TestApp
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'))
  file = join(folder, 'keys.json')
  keys = await Promise.all(
    [0, 1].map(async () => exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)),
  )
  kids = await Promise.all(keys.map((key) => calculateJwkThumbprint(key)))
  await write(keys)
  test = await createTestApp({ env: { SIGNING_KEYS_FILE: file, SIGNING_ALGORITHM: 'ES256' } })
})
afterAll(async () => {
  await test.close()
  await rm(folder, { recursive: true })
})

const write = (content: unknown) =>
  writeFile(file, typeof content === 'string' ? content : JSON.stringify({ keys: content }))
const kidOf = ({ accessToken }: SignedIn) =>
  JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()).kid
const published = async () => {
  const response = await test.app.fetch(new Request('http://localhost:4000/.well-known/jwks.json'))
  return JSON.parse(await response.text()).keys
}
const accepts = async ({ accessToken }: SignedIn) =>
  (await test.actor().ask('{ me { id } }', {}, Actor.bearer(accessToken))).errors.length === 0

describe('SIGNING_KEYS_FILE', () => {
  it('has the key that signs first, and the service publishes all of them without their private parts', async () => {
    expect(kidOf(await signUp(test.actor()))).toBe(kids[0])
    const jwks = await published()
    expect(jwks.map(({ kid }: JWK) => kid)).toEqual(kids)
    for (const jwk of jwks) expect(jwk).not.toHaveProperty('d')
    expect(await test.database.client.signingKey.count()).toBe(0)
  })

  it('is read again: another key signs, and tokens of the earlier one are accepted while it is in the file', async () => {
    await write(keys)
    await test.app.jobs.rotateSigningKeys()
    const before = await signUp(test.actor())
    await write(keys.toReversed())
    await test.app.jobs.rotateSigningKeys()
    const after = await signUp(test.actor())
    expect([kidOf(before), kidOf(after)]).toEqual(kids)
    expect([await accepts(before), await accepts(after)]).toEqual([true, true])
    await write(keys.slice(1))
    await test.app.jobs.rotateSigningKeys()
    expect([await accepts(before), await accepts(after)]).toEqual([false, true])
  })

  it('keeps the keys that were read before if the file becomes unusable', async () => {
    await write(keys)
    await test.app.jobs.rotateSigningKeys()
    const ada = await signUp(test.actor())
    await write('{"keys":')
    await expect(test.app.jobs.rotateSigningKeys()).rejects.toThrow('SIGNING_KEYS_FILE cannot be used')
    expect(await accepts(ada)).toBe(true)
    expect(kidOf(await signUp(test.actor()))).toBe(kids[0])
    await write(keys)
  })

  it('leaves rotation to whoever manages the file', async () => {
    const { email, userId } = await signUp(test.actor())
    await setRole(test.database, userId, 'ADMIN')
    const admin = await signIn(test.actor(), email)
    const rotate = 'mutation { rotateSigningKeys { __typename } }'
    const { errors } = await test.actor().ask(rotate, {}, Actor.bearer(admin.accessToken))
    expect(errors).toMatchObject([
      { message: expect.stringContaining('SIGNING_KEYS_FILE'), extensions: { code: 'BAD_USER_INPUT' } },
    ])
  })

  it.each([
    ['no keys', () => [], 'not a JWK Set of 1 to 10 private keys'],
    ['a key twice', () => [keys[0], keys[0]], 'contains a key twice'],
    ['a public key', () => [{ ...keys[0], d: undefined }], 'contains no private key'],
    ['another kind of key', () => [{ kty: 'oct', k: 'AAAA', d: 'A' }], 'cannot be read'],
  ])('stops the start with %s', async (_what, content, reason) => {
    const bad = join(folder, 'bad.json')
    await writeFile(bad, JSON.stringify({ keys: content() }))
    const env = { SIGNING_KEYS_FILE: bad, SIGNING_ALGORITHM: 'ES256' }
    await expect(createTestApp({ env })).rejects.toThrow(reason)
  })

  it('stops the start if its first key is for another algorithm than SIGNING_ALGORITHM', async () => {
    await write(keys)
    const env = { SIGNING_KEYS_FILE: file, SIGNING_ALGORITHM: 'EdDSA' }
    await expect(createTestApp({ env })).rejects.toThrow('for ES256, but SIGNING_ALGORITHM is EdDSA')
  })
})
