import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { ScryptPassphraseSealer } from '../../src/adapters/crypto/scrypt-passphrase-sealer.ts'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { PrismaSigningKeyStore } from '../../src/adapters/prisma/stores/tokens/prisma-signing-key-store.ts'
import { createAuditRecorder } from '../../src/domain/audit/audit-recorder.ts'
import { generateSigningKey } from '../../src/domain/keys/key-generation.ts'
import { UnusableKeyError } from '../../src/domain/keys/key-opening.ts'
import { ownOrigin } from '../../src/domain/origin/origin.ts'
import {
  createBackUpSigningKeys,
  createResealSigningKeys,
  createRestoreSigningKeys,
  createVerifySigningKeys,
} from '../../src/flows/operator/keep-signing-keys.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { Forger } from '../support/forger.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { signIn, signUp, whoIs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

const daySeconds = 24 * 3600
const newKey = Buffer.from('another master key, 32 bytes lng').toString('base64')

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
}

async function publishedKeys({ app, config }: TestApp): Promise<readonly { kid: string }[]> {
  const answer = await app.fetch(new Request(new URL('/.well-known/jwks.json', config.server.publicUrl)))
  const { keys }: { keys: { kid: string }[] } = await answer.json()
  return keys
}

async function publishedKids(test: TestApp): Promise<readonly string[]> {
  return (await publishedKeys(test)).map(({ kid }) => kid)
}

async function statesOf(database: Database): Promise<Readonly<Record<string, string>>> {
  const rows = await database.client.signingKey.findMany({ orderBy: { createdAt: 'asc' } })
  return Object.fromEntries(rows.map(({ state, id }) => [state, id]))
}

function toolsOf(database: Database, sealer: AesSealer) {
  return {
    signingKeys: new PrismaSigningKeyStore(database.client),
    sealer,
    // The last test has the cost of production.
    passphraseSealer: new ScryptPassphraseSealer({ N: 2 ** 10 }),
    clock: new ManualClock(),
  }
}

describe('signing keys that come due', () => {
  let database: Database
  let one: TestApp
  let two: TestApp
  beforeAll(async () => {
    database = await openTestDatabase()
    const clock = new ManualClock()
    one = await createTestApp({ database, clock })
    two = await createTestApp({ database, clock })
  })
  afterAll(async () => {
    await one.close()
    await two.close()
    await database.close()
  })

  it('are published, take over and retire without a token being refused', async () => {
    const ada = await signUp(one.actor())
    const first = kidOf(ada.accessToken)
    await one.app.jobs.rotateSigningKeys()
    const { NEXT: next } = await statesOf(database)
    expect(await publishedKids(one)).toEqual([first, next])
    expect(kidOf((await signIn(one.actor(), ada.email)).accessToken)).toBe(first)

    one.clock.advance(90 * daySeconds)
    const before = await signIn(two.actor(), ada.email)
    expect(kidOf(before.accessToken)).toBe(first)
    await Promise.all([one.app.jobs.rotateSigningKeys(), two.app.jobs.rotateSigningKeys()])
    expect(await statesOf(database)).toMatchObject({ RETIRING: first, CURRENT: next })
    const after = await signIn(one.actor(), ada.email)
    expect(kidOf(after.accessToken)).toBe(next)
    for (const { accessToken } of [before, after]) {
      expect(await whoIs(one.actor(), accessToken)).toBe(ada.userId)
      expect(await whoIs(two.actor(), accessToken)).toBe(ada.userId)
    }
    const audited = await database.client.auditEvent.findMany({ where: { type: 'SIGNING_KEYS_ROTATED' } })
    expect(audited.map(({ details }) => details)).toEqual([{ from: first, to: next }])

    one.clock.advance(3901)
    await one.app.jobs.rotateSigningKeys()
    expect(await publishedKids(one)).not.toContain(first)
    expect(await database.client.signingKey.count({ where: { id: first } })).toBe(0)
  })

  it('are found by a process that has not read them yet', async () => {
    one.clock.advance(90 * daySeconds)
    await one.app.jobs.rotateSigningKeys()
    const { CURRENT: current } = await statesOf(database)
    await database.client.signingKey.updateMany({
      where: { state: 'NEXT' },
      data: { createdAt: new Date(one.clock.now().getTime() - 3600_000), activatedAt: one.clock.now() },
    })
    await one.app.jobs.rotateSigningKeys()
    const bob = await signUp(one.actor())
    expect(kidOf(bob.accessToken)).not.toBe(current)
    expect(await whoIs(two.actor(), bob.accessToken)).toBe(bob.userId)
  })

  it('are left alone when damaged, by name, and replaced before they would sign', async () => {
    const { NEXT: damaged = '' } = await statesOf(database)
    await database.client.signingKey.update({
      where: { id: damaged },
      data: { sealedPrivateJwk: new Uint8Array(64) },
    })
    const restarted = await createTestApp({ database, clock: one.clock })
    expect(restarted.log.some((line) => line.includes(damaged) && line.includes('damaged'))).toBe(true)
    expect(await publishedKids(restarted)).not.toContain(damaged)
    await restarted.app.jobs.rotateSigningKeys()
    const { NEXT: replaced } = await statesOf(database)
    expect(replaced).not.toBe(damaged)
    expect(replaced).toBeDefined()
    await restarted.close()
  })

  it('change their algorithm by rotation', async () => {
    const other = await createTestApp({ database, clock: one.clock, env: { SIGNING_ALGORITHM: 'ES256' } })
    const carol = await signUp(other.actor())
    await other.app.jobs.rotateSigningKeys()
    one.clock.advance(601)
    await other.app.jobs.rotateSigningKeys()
    const { accessToken } = await signIn(other.actor(), carol.email)
    expect(JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()).alg).toBe('ES256')
    expect(await whoIs(other.actor(), carol.accessToken)).toBe(carol.userId)
    expect(await whoIs(other.actor(), accessToken)).toBe(carol.userId)
    await other.close()
  })
})

describe('the NEXT key and its audit event', () => {
  let database: Database
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database.close())

  const sealer = new AesSealer(new Secret(newKey))
  const audit = createAuditRecorder({ clock: new ManualClock(), ids: createIds(new ManualClock()) })
  const event = () => audit.event('SIGNING_KEYS_ROTATED', ownOrigin('test'), { reason: 'IMPORTED' })
  const nextKey = () =>
    generateSigningKey({ algorithm: 'ES256', rsaKeyBits: 2048, now: new Date(), state: 'NEXT' }, sealer)
  const count = (id: string) => database.client.auditEvent.count({ where: { id } })

  it('are stored together or not at all', async () => {
    const store = new PrismaSigningKeyStore(database.client)
    const [first, second] = [await nextKey(), await nextKey()]
    const written = event()
    expect(await store.replaceNext(first, null, written)).toBe(true)
    expect(await count(written.id)).toBe(1)
    await expect(store.replaceNext(second, first.kid, written)).rejects.toThrow()
    expect((await store.list()).map(({ kid }) => kid)).toEqual([first.kid])
    const unwritten = event()
    expect(await store.replaceNext(second, 'another key', unwritten)).toBe(false)
    expect((await store.list()).map(({ kid }) => kid)).toEqual([first.kid])
    expect(await count(unwritten.id)).toBe(0)
  })
})

describe('the row of a signing key that a running process knows', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
    test.clock.advance(1)
    await test.app.jobs.rotateSigningKeys()
  })
  afterAll(() => test.close())

  const change = (id: string, data: object) => test.database.client.signingKey.update({ where: { id }, data })
  const row = (id: string) => test.database.client.signingKey.findUniqueOrThrow({ where: { id } })
  const complaintsAbout = (kid: string) =>
    test.log.filter((line) => line.includes(kid) && line.includes('damaged')).length

  it('changes nothing with a replaced public key: no token can be forged, and earlier tokens stay valid', async () => {
    const ada = await signUp(test.actor())
    const kid = kidOf(ada.accessToken)
    const genuine = await row(kid)
    const published = await publishedKeys(test)
    const forger = await Forger.of(test, ada.accessToken)
    const thief = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const members = { kid, alg: 'RS256', use: 'sig' }
    await change(kid, { publicJwk: { ...thief.publicKey.export({ format: 'jwk' }), ...members } })
    await test.app.jobs.rotateSigningKeys()
    await test.app.jobs.rotateSigningKeys()
    const forged = forger.forge({}, { role: 'ADMIN' }, thief.privateKey)
    expect(await whoIs(test.actor(), forged)).toBe('TOKEN_INVALID')
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    expect(await publishedKeys(test)).toEqual(published)
    expect(complaintsAbout(kid)).toBe(1)

    await change(kid, { publicJwk: Object(genuine.publicJwk) })
    await test.app.jobs.rotateSigningKeys()
    expect(complaintsAbout(kid)).toBe(1)
  })

  it.each([
    ['a certificate of another party', { x5c: ['MIIB'] }],
    ['another kid', { kid: 'another' }],
    ['another algorithm', { alg: 'HS256' }],
  ])('is published without %s that was written into it', async (_what, members) => {
    const { CURRENT: kid = '' } = await statesOf(test.database)
    const { publicJwk } = await row(kid)
    const published = await publishedKeys(test)
    await change(kid, { publicJwk: { ...Object(publicJwk), ...members } })
    await test.app.jobs.rotateSigningKeys()
    expect(await publishedKeys(test)).toEqual(published)
    const restarted = await createTestApp({ database: test.database }).catch((error: unknown) => error)
    expect(restarted).toBeInstanceOf(UnusableKeyError)
    await change(kid, { publicJwk: Object(publicJwk) })
  })

  it('keeps no other key from being read when it cannot be read itself', async () => {
    const ada = await signUp(test.actor())
    const { CURRENT: current = '', NEXT: next = '' } = await statesOf(test.database)
    await change(current, { publicJwk: {} })
    await change(next, { publicJwk: { kty: 'RSA' } })
    await test.app.jobs.rotateSigningKeys()
    const { NEXT: successor = '' } = await statesOf(test.database)
    expect(successor).not.toBe(next)
    expect(await publishedKids(test)).toEqual([current, successor])
    expect(complaintsAbout(current)).toBeGreaterThan(0)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    expect(kidOf((await signIn(test.actor(), ada.email)).accessToken)).toBe(current)
  })

  it('keeps the process from nothing when a key signs by now that it cannot open', async () => {
    const ada = await signUp(test.actor())
    const { CURRENT: current = '' } = await statesOf(test.database)
    await change(current, { state: 'RETIRING' })
    await test.database.client.signingKey.create({
      data: { ...(await row(current)), id: 'a-stranger', state: 'CURRENT', publicJwk: {} },
    })
    await test.app.jobs.rotateSigningKeys()
    expect(await publishedKids(test)).not.toContain('a-stranger')
    expect(complaintsAbout('a-stranger')).toBe(1)
    expect(kidOf((await signIn(test.actor(), ada.email)).accessToken)).toBe(current)
  })
})

describe('signing keys under another MASTER_KEY', () => {
  it('open with the previous one, and with the new one alone once they are sealed anew', async () => {
    const database = await openTestDatabase()
    const first = await createTestApp({ database })
    const ada = await signUp(first.actor())
    const oldKey = first.config.secrets.masterKey
    await first.close()
    await expect(createTestApp({ database, env: { MASTER_KEY: newKey } })).rejects.toThrow(UnusableKeyError)
    const both = await createTestApp({
      database,
      env: { MASTER_KEY: newKey, MASTER_KEY_PREVIOUS: oldKey.reveal() },
    })
    expect(await whoIs(both.actor(), ada.accessToken)).toBe(ada.userId)
    const tools = toolsOf(database, new AesSealer(new Secret(newKey), oldKey))
    expect(await createResealSigningKeys(tools)()).toEqual({ resealed: 1, damaged: [] })
    await both.close()
    const alone = await createTestApp({ database, env: { MASTER_KEY: newKey } })
    expect(await whoIs(alone.actor(), ada.accessToken)).toBe(ada.userId)
    await alone.close()
    await database.close()
  })
})

describe('a backup of signing keys', () => {
  const passphrase = 'a passphrase of more than 32 characters'
  async function backUp(tools: ReturnType<typeof toolsOf>) {
    const { file, kids } = await createBackUpSigningKeys(tools)(passphrase)
    if (file === null) throw new Error('There was nothing to back up.')
    return { file, kids }
  }

  it('brings back what was lost, under any MASTER_KEY, and never two keys that sign', async () => {
    const database = await openTestDatabase()
    const test = await createTestApp({ database })
    const ada = await signUp(test.actor())
    const { file, kids } = await backUp(toolsOf(database, new AesSealer(test.config.secrets.masterKey)))
    expect(kids).toEqual([kidOf(ada.accessToken)])
    expect(file).not.toContain(kids[0])
    await test.close()
    await database.client.signingKey.deleteMany()
    const restart = await createTestApp({ database, env: { MASTER_KEY: newKey } })
    expect(await whoIs(restart.actor(), ada.accessToken)).toBe('TOKEN_INVALID')

    const tools = toolsOf(database, new AesSealer(new Secret(newKey)))
    await expect(
      createRestoreSigningKeys(tools)(file, 'another passphrase of 32 characters!'),
    ).rejects.toThrow('passphrase')
    expect(await createRestoreSigningKeys(tools)(file, passphrase)).toEqual(kids)
    expect(await createRestoreSigningKeys(tools)(file, passphrase)).toEqual([])
    expect((await createVerifySigningKeys(tools)()).map(({ key, usable }) => [key.state, usable])).toEqual(
      expect.arrayContaining([
        ['RETIRING', true],
        ['CURRENT', true],
      ]),
    )
    restart.clock.advance(6)
    expect(await whoIs(restart.actor(), ada.accessToken)).toBe(ada.userId)
    await restart.close()
    await database.close()
  })

  it('repairs the row of the signing key if it is damaged or MASTER_KEY is lost, and continues to sign with it', async () => {
    const database = await openTestDatabase()
    const test = await createTestApp({ database })
    const ada = await signUp(test.actor())
    const kid = kidOf(ada.accessToken)
    const { file } = await backUp(toolsOf(database, new AesSealer(test.config.secrets.masterKey)))
    await test.close()
    await expect(createTestApp({ database, env: { MASTER_KEY: newKey } })).rejects.toThrow(UnusableKeyError)

    const tools = toolsOf(database, new AesSealer(new Secret(newKey)))
    for (const damage of [{}, { publicJwk: {} }, { sealedPrivateJwk: new Uint8Array(64) }]) {
      await database.client.signingKey.update({ where: { id: kid }, data: damage })
      expect(await createRestoreSigningKeys(tools)(file, passphrase)).toEqual([kid])
      expect(await createRestoreSigningKeys(tools)(file, passphrase)).toEqual([])
    }
    const restart = await createTestApp({ database, env: { MASTER_KEY: newKey } })
    expect(await whoIs(restart.actor(), ada.accessToken)).toBe(ada.userId)
    expect(kidOf((await signIn(restart.actor(), ada.email)).accessToken)).toBe(kid)
    await restart.close()
    await database.close()
  })

  it('brings back a key that stood ready, also where another one does by now', async () => {
    const database = await openTestDatabase()
    const test = await createTestApp({ database })
    await test.app.jobs.rotateSigningKeys()
    const tools = toolsOf(database, new AesSealer(test.config.secrets.masterKey))
    const { file, kids } = await backUp(tools)
    test.clock.advance(90 * daySeconds)
    await test.app.jobs.rotateSigningKeys()
    const ada = await signUp(test.actor())
    await test.close()
    await database.client.signingKey.deleteMany({ where: { id: { in: [...kids] } } })
    expect(await createRestoreSigningKeys(tools)(file, passphrase)).toEqual(kids)
    const restart = await createTestApp({ database, clock: test.clock })
    expect(await whoIs(restart.actor(), ada.accessToken)).toBe(ada.userId)
    await restart.close()
    await database.close()
  })

  it('is refused when a byte of it has changed', async () => {
    const sealer = new ScryptPassphraseSealer()
    const file = JSON.parse(await sealer.seal('{}', passphrase))
    const bytes = Buffer.from(file.sealed, 'base64')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    const changed = JSON.stringify({ ...file, sealed: bytes.toString('base64') })
    await expect(sealer.open(changed, passphrase)).rejects.toThrow('cannot be decrypted')
    for (const rubbish of ['', 'null', '{}', '[]', 'not JSON']) {
      await expect(sealer.open(rubbish, passphrase)).rejects.toThrow(
        'not an encrypted backup of this service',
      )
    }
  })
})
