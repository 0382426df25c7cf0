import { hash as bcryptHash } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import { Argon2PasswordHasher } from '../../src/adapters/crypto/argon2-password-hasher.ts'
import type { Logger } from '../../src/lib/logger.ts'

const settings = { memoryKib: 8, passes: 1, lanes: 1, concurrency: 2, queueSeconds: 5 }
const complaints: string[] = []
const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (_fields, message) => void complaints.push(message),
  child: () => logger,
}
const hasher = new Argon2PasswordHasher(settings, null, logger)
const stored = (hash: string) => ({ hash, pepperId: null, changedAt: new Date() })

describe('a bcrypt hash of an imported user', () => {
  it.each(['2a', '2b', '2y'] as const)('of kind $%s is compared, and needs a rehash', async (kind) => {
    const hash = (await bcryptHash('Corr3ct-horse!', 4)).replace('$2b$', `$${kind}$`)
    expect(await hasher.verify('Corr3ct-horse!', stored(hash))).toBe(true)
    expect(await hasher.verify('Corr3ct-horse', stored(hash))).toBe(false)
    expect(hasher.needsRehash(stored(hash))).toBe(true)
  })

  it('agrees with the vectors of crypt_blowfish', async () => {
    const vectors: readonly [string, string][] = [
      ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
      ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
      ['', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
    ]
    for (const [password, hash] of vectors) expect(await hasher.verify(password, stored(hash))).toBe(true)
  })

  it('covers the first 72 bytes of a longer password, as it did where it was made', async () => {
    const hash = await bcryptHash('x'.repeat(80), 4)
    expect(await hasher.verify(`${'x'.repeat(72)}another end`, stored(hash))).toBe(true)
    expect(await hasher.verify('x'.repeat(71), stored(hash))).toBe(false)
  })

  it('is not compared when it would take minutes', async () => {
    const hash = (await bcryptHash('Corr3ct-horse!', 4)).replace('$04$', '$31$')
    expect(await hasher.verify('Corr3ct-horse!', stored(hash))).toBe(false)
  })
})

describe('a stored hash of no known form', () => {
  it.each([
    '',
    'x',
    '$2b$10$short',
    '$2x$04$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy',
    '$argon2id$v=19$m=8,t=1,p=1$abc',
    '$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    '*',
  ])('matches no password, needs a rehash, and is logged: %j', async (hash) => {
    complaints.length = 0
    expect(await hasher.verify('password', stored(hash))).toBe(false)
    expect(hasher.needsRehash(stored(hash))).toBe(true)
    expect(complaints).toEqual(['a stored password hash is not usable'])
  })
})
