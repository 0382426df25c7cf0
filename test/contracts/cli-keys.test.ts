import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { PrismaSigningKeyStore } from '../../src/adapters/prisma/stores/tokens/prisma-signing-key-store.ts'
import { generateSigningKey } from '../../src/domain/keys/key-generation.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { type CommandStage, openCommandStage } from '../support/command-stage.ts'

const masterKey = Buffer.from('gatehouse tests: a master key 32').toString('base64')
const newMasterKey = Buffer.from('another master key, 32 bytes lng').toString('base64')
const passphrase = 'a-passphrase-of-more-than-32-characters'

let stage: CommandStage
let current: string
let next: string
beforeAll(async () => {
  stage = await openCommandStage({ MASTER_KEY: masterKey, KEY_BACKUP_PASSPHRASE: passphrase })
  const settings = { algorithm: 'ES256', rsaKeyBits: 2048, now: new Date() } as const
  const sealer = new AesSealer(new Secret(masterKey))
  const first = await generateSigningKey({ ...settings, state: 'CURRENT' }, sealer)
  const second = await generateSigningKey({ ...settings, state: 'NEXT' }, sealer)
  await stage.onDatabase(async ({ client }) => {
    const store = new PrismaSigningKeyStore(client)
    await store.insertFirst(first)
    await store.replaceNext(second, null, null)
  })
  current = first.kid
  next = second.kid
})
afterAll(() => stage.close())

async function run(words: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { errors, ...result } = await stage.run(['keys', ...words], more)
  return { ...result, errors: errors.join('\n') }
}

const fileOf = (name: string) => join(stage.folder, name)
const damage = (id: string) =>
  stage.onDatabase(async ({ client }) => {
    const { sealedPrivateJwk } = await client.signingKey.findUniqueOrThrow({ where: { id } })
    await client.signingKey.update({ where: { id }, data: { sealedPrivateJwk: new Uint8Array(64) } })
    return () =>
      stage.onDatabase((database) =>
        database.client.signingKey.update({ where: { id }, data: { sealedPrivateJwk } }),
      )
  })

describe('keys verify', () => {
  it('lists every key, and exits with 0 if all can be decrypted', async () => {
    const { code, output, errors } = await run(['verify'])
    expect([code, errors]).toEqual([0, ''])
    expect(output.toSorted()).toEqual([`${current} ES256 CURRENT ok`, `${next} ES256 NEXT ok`].toSorted())
  })

  it('names the damaged key, and exits with 1', async () => {
    const repair = await damage(next)
    const { code, output, errors } = await run(['verify'])
    expect([code, output]).toEqual([1, [`${current} ES256 CURRENT ok`]])
    expect(errors).toContain(`${next} ES256 NEXT cannot be decrypted`)
    await repair()
  })

  it('exits with 1 under another MASTER_KEY', async () => {
    expect((await run(['verify'], { MASTER_KEY: newMasterKey })).code).toBe(1)
  })
})

describe('keys backup', () => {
  it('writes a new encrypted file that only the owner can read', async () => {
    const path = fileOf('good')
    expect(await run(['backup', path])).toEqual({ code: 0, output: ['2 backed up'], errors: '' })
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600')
    const text = await readFile(path, 'utf8')
    for (const kid of [current, next, 'privateJwk']) expect(text).not.toContain(kid)
  })

  it('does not overwrite a file', async () => {
    const path = fileOf('precious')
    await writeFile(path, 'precious')
    const { code, errors } = await run(['backup', path])
    expect([code, errors]).toEqual([1, `${path} cannot be used: it exists already.`])
    expect(await readFile(path, 'utf8')).toBe('precious')
  })

  it.each(['', 'short', 'x'.repeat(64), 'change-me-change-me-change-me-change-me'])(
    'writes no file with the passphrase %j',
    async (KEY_BACKUP_PASSPHRASE) => {
      const path = fileOf('weak')
      const { code, errors } = await run(['backup', path], { KEY_BACKUP_PASSPHRASE })
      expect([code, errors]).toEqual([1, expect.stringContaining('KEY_BACKUP_PASSPHRASE')])
      await expect(stat(path)).rejects.toThrow('ENOENT')
    },
  )

  it.each([[[]], [['one', 'two']]])('exits with 2 with the arguments %j', async (args) => {
    expect((await run(['backup', ...args])).code).toBe(2)
    expect((await run(['restore', ...args])).code).toBe(2)
  })

  it('contains the other keys if one is damaged, names the damaged one and exits with 1', async () => {
    const repair = await damage(next)
    const path = fileOf('without-next')
    const { code, output, errors } = await run(['backup', path])
    expect([code, output]).toEqual([1, ['1 backed up']])
    expect(errors).toContain(next)
    expect(errors).not.toContain(current)
    await stage.onDatabase(({ client }) => client.signingKey.delete({ where: { id: current } }))
    expect(await run(['restore', path])).toEqual({
      code: 0,
      output: [`restored ${current}`],
      errors: '',
    })
    await repair()
    expect((await run(['verify'])).code).toBe(0)
  })

  it('writes no file if no key can be decrypted', async () => {
    const path = fileOf('nothing')
    const { code, errors } = await run(['backup', path], { MASTER_KEY: newMasterKey })
    expect(code).toBe(1)
    for (const kid of [current, next]) expect(errors).toContain(kid)
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })
})

describe('keys restore', () => {
  it('restores damaged keys, lists them, and does nothing the second time', async () => {
    await damage(next)
    expect(await run(['restore', fileOf('good')])).toMatchObject({ code: 0, output: [`restored ${next}`] })
    const again = await run(['restore', fileOf('good')])
    expect(again).toMatchObject({ code: 0, output: [expect.stringContaining('Nothing to restore')] })
    expect((await run(['verify'])).code).toBe(0)
  })

  it('exits with 1 and changes no key with another passphrase, an invalid file, or a missing file', async () => {
    const repair = await damage(next)
    const other = { KEY_BACKUP_PASSPHRASE: 'another-passphrase-of-32-characters!' }
    expect(await run(['restore', fileOf('good')], other)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('passphrase'),
    })
    expect((await run(['restore', fileOf('precious')])).code).toBe(1)
    expect((await run(['restore', fileOf('none')])).code).toBe(1)
    expect((await run(['verify'])).code).toBe(1)
    await repair()
  })
})

describe('keys reseal', () => {
  it('reseals the other keys if one is damaged, names the damaged one and exits with 1', async () => {
    const repair = await damage(current)
    const both = { MASTER_KEY: newMasterKey, MASTER_KEY_PREVIOUS: masterKey }
    const { code, output, errors } = await run(['reseal'], both)
    expect([code, output]).toEqual([1, ['1 resealed']])
    expect(errors).toContain(current)
    expect(errors).not.toContain(next)
    await repair()
    expect(await run(['reseal'], both)).toEqual({ code: 0, output: ['2 resealed'], errors: '' })
    expect((await run(['verify'], { MASTER_KEY: newMasterKey })).code).toBe(0)
  })
})
