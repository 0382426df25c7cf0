import { afterAll, describe, expect, it } from 'vitest'
import { Argon2PasswordHasher } from '../../src/adapters/crypto/argon2-password-hasher.ts'
import { PooledArgon2 } from '../../src/adapters/crypto/pooled-argon2.ts'
import { ThreadedArgon2 } from '../../src/adapters/crypto/threaded-argon2.ts'
import { firstBlock, formatDerivedHash } from '../../src/domain/passwords/derived-hash.ts'
import { costFault, parsePasswordHash } from '../../src/domain/passwords/password-hash.ts'

const settings = { memoryKib: 8, passes: 1, lanes: 1, concurrency: 2, pooledConcurrency: 1, queueSeconds: 60 }
const threaded = new ThreadedArgon2()
afterAll(() => threaded.close())
const stored = (hash: string) => ({ hash, pepperId: null, changedAt: new Date() })
const hex = (text: string) => Buffer.from(text, 'hex')

const scrypt = (salt: string, cost: [number, number, number], hash: string) => {
  const [logN, blockSize, parallelism] = cost
  const parts = { salt: Buffer.from(salt), hash: hex(hash) }
  return formatDerivedHash({ kind: 'scrypt', variant: 'key', logN, blockSize, parallelism, ...parts })
}
const pbkdf2 = (digest: 'sha1' | 'sha256', salt: string, iterations: number, hash: string) => {
  const parts = { salt: Buffer.from(salt), hash: firstBlock(digest, hex(hash)) }
  return formatDerivedHash({ kind: 'pbkdf2', digest, iterations, ...parts })
}

/** Published vectors: RFC 7914 (sections 11 and 12), RFC 6070, and the tests of the reference implementation of argon2. */
const vectors: readonly [string, string, string][] = [
  [
    'scrypt',
    'password',
    scrypt(
      'NaCl',
      [10, 8, 16],
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ),
  ],
  [
    'scrypt of 16 MiB',
    'pleaseletmein',
    scrypt(
      'SodiumChloride',
      [14, 8, 1],
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    ),
  ],
  [
    'PBKDF2 of two blocks',
    'passwd',
    pbkdf2(
      'sha256',
      'salt',
      1,
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbca49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    ),
  ],
  ['PBKDF2-SHA1', 'password', pbkdf2('sha1', 'salt', 4096, '4b007901b765489abead49d926f721d065a429c1')],
  [
    'argon2i',
    'password',
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
  ],
  [
    'argon2i of version 1.0',
    'password',
    '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY',
  ],
]

describe.each([new PooledArgon2(), threaded])('a hash of another system, with $name', (engine) => {
  const hasher = new Argon2PasswordHasher(settings, null, engine)

  it.each(vectors)('(%s) matches its password only, and needs a rehash', async (_name, password, hash) => {
    expect(await hasher.verify(password, stored(hash))).toBe(true)
    expect(await hasher.verify(`${password}x`, stored(hash))).toBe(false)
    expect(hasher.needsRehash(stored(hash))).toBe(true)
  })

  it('(argon2d, made here) is verified too', async () => {
    const argon2 = await import('argon2')
    for (const version of [0x10, 0x13]) {
      const options = { type: argon2.argon2d, version, memoryCost: 64, timeCost: 2, parallelism: 1 }
      const hash = await argon2.hash('pw', options)
      expect(await hasher.verify('pw', stored(hash))).toBe(true)
      expect(await hasher.verify('pq', stored(hash))).toBe(false)
      expect(hasher.needsRehash(stored(hash))).toBe(true)
    }
  })

  it('has a place of its own in the pool, so that many at once wait for one another', async () => {
    const [, , hash] = vectors[1] ?? ['', '', '']
    const all = Array.from({ length: 8 }, () => hasher.verify('pleaseletmein', stored(hash)))
    expect(await Promise.all(all)).toEqual(all.map(() => true))
  })
})

describe('the text of a derived hash', () => {
  const tail = 'c29tZXNhbHQ$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag'

  it.each([
    ['a salt of no bytes', '$scrypt$ln=14,r=8,p=1$$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag'],
    ['a hash of 15 bytes', `$scrypt$ln=14,r=8,p=1$c29tZXNhbHQ$${'a'.repeat(20)}`],
    ['a hash of 65 bytes', `$scrypt$ln=14,r=8,p=1$c29tZXNhbHQ$${'a'.repeat(86)}A`],
    ['no passes of scrypt', `$scrypt$ln=0,r=8,p=1$${tail}`],
    ['an N that r does not allow', `$scrypt$ln=16,r=1,p=1$${tail}`],
    ['a parameter in another form', `$scrypt$ln=014,r=8,p=1$${tail}`],
    ['bits that decoding ignores', `$pbkdf2-sha256$i=1000$c29tZXNhbHR$${'a'.repeat(42)}g`],
    ['an unknown digest', `$pbkdf2-md5$i=1000$${tail}`],
    ['more than one block', `$pbkdf2-sha1$i=1000$${tail}`],
    ['no iterations', `$pbkdf2-sha256$i=0$${tail}`],
    ['base64 of another alphabet', `$pbkdf2-sha256$i=1000$c29tZXNhbHQ$${'_'.repeat(42)}g`],
  ])('is refused with %s', (_name, text) => {
    expect(parsePasswordHash(text)).toBeNull()
  })

  it.each([
    [`$scrypt$ln=18,r=8,p=1$${tail}`, null],
    [`$scrypt$ln=18,r=8,p=2$${tail}`, '128 · N · r · p'],
    [`$scrypt$ln=99,r=9999,p=1$${tail}`, '128 · N · r · p'],
    [`$scrypt$ln=1,r=8,p=17$${tail}`, '16 for p'],
    [`$scrypt-aes-ctr$ln=24,r=8,p=1$${tail}`, '128 · N · r · p'],
    [`$pbkdf2-sha256$i=2000000$${tail}`, null],
    [`$pbkdf2-sha256$i=2000001$${tail}`, '2000000 iterations'],
    [`$argon2d$v=19$m=262144,t=4,p=1$${tail}`, '786432'],
  ])('%s is affordable, or says why not', (text, part) => {
    const hash = parsePasswordHash(text)
    const fault = hash === null ? 'not read' : costFault(hash)
    if (part === null) expect(fault).toBeNull()
    else expect(fault).toContain(part)
  })

  it('is written as it was read', () => {
    for (const text of [`$scrypt-nfkc$ln=14,r=16,p=1$${tail}`, `$pbkdf2-sha512$i=210000$${tail}`]) {
      const hash = parsePasswordHash(text)
      expect(hash?.kind === 'scrypt' || hash?.kind === 'pbkdf2' ? formatDerivedHash(hash) : null).toBe(text)
    }
  })
})
