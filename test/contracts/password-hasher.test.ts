import { setTimeout as sleep } from 'node:timers/promises'
import { hash as bcryptHash } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import type { Argon2Engine } from '../../src/adapters/crypto/argon2-engine.ts'
import { Argon2PasswordHasher } from '../../src/adapters/crypto/argon2-password-hasher.ts'
import { PooledArgon2 } from '../../src/adapters/crypto/pooled-argon2.ts'
import { UnavailableError } from '../../src/domain/refusals.ts'
import type { Logger } from '../../src/lib/observation/logger.ts'
import { Deadline } from '../../src/lib/time/deadline.ts'

const settings = { memoryKib: 8, passes: 1, lanes: 1, concurrency: 2, pooledConcurrency: 3, queueSeconds: 5 }
const complaints: string[] = []
const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (_fields, message) => void complaints.push(message),
  notice: () => undefined,
  child: () => logger,
}
const hasher = new Argon2PasswordHasher(settings, null, new PooledArgon2(), logger)
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
    '$argon2x$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '$scrypt$ln=24,r=8,p=1$c29tZXNhbHQ$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag',
    '$pbkdf2-sha256$i=999999999$c29tZXNhbHQ$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    '*',
  ])('matches no password, needs a rehash, and is logged: %j', async (hash) => {
    complaints.length = 0
    expect(await hasher.verify('password', stored(hash))).toBe(false)
    expect(hasher.needsRehash(stored(hash))).toBe(true)
    expect(complaints).toEqual(['a stored password hash is not usable'])
  })
})

describe('the admission of requests', () => {
  /** Takes 40 ms for each hash. */
  const slow: Argon2Engine = {
    name: 'slow',
    usesPool: false,
    hash: async () => {
      await sleep(40)
      return '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
    },
    verify: async () => {
      await sleep(40)
      return true
    },
    close: async () => undefined,
  }
  const admitAll = (from: Argon2PasswordHasher) => {
    const admitted = []
    for (let leave = from.admit(); leave !== null; leave = from.admit()) admitted.push(leave)
    return admitted
  }

  it('ends at the bound of the queue, and goes on when a request ends', () => {
    const fresh = new Argon2PasswordHasher(settings, null, slow, logger)
    const admitted = admitAll(fresh)
    expect(admitted).toHaveLength(settings.concurrency + 256)
    expect(fresh.hasRoom).toBe(false)
    admitted[0]?.()
    expect(fresh.hasRoom).toBe(true)
    expect(admitAll(fresh)).toHaveLength(1)
  })

  it.each<[string, (hasher: Argon2PasswordHasher) => Promise<unknown>]>([
    [
      'a hash',
      (hasher) =>
        hasher.verify(
          'pw',
          stored('$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
        ),
    ],
    ['its preparation', (hasher) => hasher.prepare()],
  ])('ends after %s where a request would wait longer than the queue allows', async (_name, begin) => {
    const busy = new Argon2PasswordHasher({ ...settings, queueSeconds: 1 }, null, slow, logger)
    await begin(busy)
    const admitted = admitAll(busy).length
    // At 40 ms for each hash, two at a time, a second is enough for fifty.
    expect(admitted).toBeLessThanOrEqual(51)
    expect(admitted).toBeGreaterThanOrEqual(settings.concurrency)
  })
})

describe('the wait for a free place', () => {
  it('ends at the deadline of the request, not at the limit of the queue', async () => {
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const held: Argon2Engine = {
      name: 'held',
      usesPool: false,
      hash: async () => {
        await released
        return '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
      },
      verify: async () => true,
      close: async () => undefined,
    }
    const full = new Argon2PasswordHasher({ ...settings, queueSeconds: 3600 }, null, held, logger)
    const running = [full.hash('first'), full.hash('second')]
    await expect(full.hash('third', new Deadline(0.01))).rejects.toBeInstanceOf(UnavailableError)
    release()
    await Promise.all(running)
  })
})
