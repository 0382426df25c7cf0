import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Argon2Engine } from '../../src/adapters/crypto/argon2-engine.ts'
import { Argon2PasswordHasher } from '../../src/adapters/crypto/argon2-password-hasher.ts'
import { openArgon2 } from '../../src/adapters/crypto/open-argon2.ts'
import { PooledArgon2 } from '../../src/adapters/crypto/pooled-argon2.ts'
import { ThreadedArgon2 } from '../../src/adapters/crypto/threaded-argon2.ts'
import { parsePasswordHash } from '../../src/domain/passwords/password-hash.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'

const cost = { memoryKib: 64, passes: 2, lanes: 1, secret: null }
const peppered = { ...cost, secret: new TextEncoder().encode('a pepper') }
const pooled = new PooledArgon2()
const threaded = new ThreadedArgon2()
afterAll(() => threaded.close())

const pairs: [made: Argon2Engine, verified: Argon2Engine][] = [
  [pooled, pooled],
  [pooled, threaded],
  [threaded, pooled],
  [threaded, threaded],
]
const named = pairs.map(([made, verified]) => ({ from: made.name, by: verified.name, made, verified }))

describe.each(named)('a hash of $from, verified by $by', ({ made, verified }) => {
  it('is argon2id with the parameters of the cost, and matches its password only', async () => {
    const hash = await made.hash('Corr3ct-horse!', cost)
    expect(parsePasswordHash(hash)).toEqual({
      kind: 'argon2',
      variant: 'argon2id',
      version: 19,
      memoryKib: 64,
      passes: 2,
      lanes: 1,
      ordered: true,
    })
    expect(
      hash
        .split('$')
        .slice(-2)
        .map(({ length }) => length),
    ).toEqual([22, 43])
    expect(await verified.verify(hash, 'Corr3ct-horse!', null)).toBe(true)
    expect(await verified.verify(hash, 'Corr3ct-horse', null)).toBe(false)
  })

  it('depends on the pepper', async () => {
    const hash = await made.hash('p\u{e4}ssword \u{1f40e}', peppered)
    expect(await verified.verify(hash, 'p\u{e4}ssword \u{1f40e}', peppered.secret)).toBe(true)
    expect(await verified.verify(hash, 'p\u{e4}ssword \u{1f40e}', null)).toBe(false)
  })

  it('may have its parameters in another order, and several lanes', async () => {
    const hash = await made.hash('Corr3ct-horse!', { ...cost, lanes: 2 })
    const reordered = hash.replace('m=64,t=2,p=2', 'p=2,m=64,t=2')
    expect(reordered).not.toBe(hash)
    expect(await verified.verify(reordered, 'Corr3ct-horse!', null)).toBe(true)
  })

  it('needs no rehash by the other implementation', async () => {
    const settings = {
      memoryKib: 64,
      passes: 2,
      lanes: 1,
      concurrency: 2,
      pooledConcurrency: 3,
      queueSeconds: 5,
    }
    const pepper = new Secret('a-pepper-of-at-least-32-characters')
    const stored = {
      ...(await new Argon2PasswordHasher(settings, pepper, made).hash('pw')),
      changedAt: new Date(),
    }
    const other = new Argon2PasswordHasher(settings, pepper, verified)
    expect(other.needsRehash(stored)).toBe(false)
    expect(await other.verify('pw', stored)).toBe(true)
  })
})

describe('the threads of @node-rs/argon2', () => {
  it('are what this machine uses', async () => {
    expect((await openArgon2()).name).toBe('@node-rs/argon2')
  })

  it('hash in parallel, and report an error without ending', async () => {
    const hashes = await Promise.all(Array.from({ length: 5 }, () => threaded.hash('pw', cost)))
    expect(new Set(hashes).size).toBe(5)
    await expect(threaded.hash('pw', { ...cost, memoryKib: 1 })).rejects.toThrow()
    await expect(threaded.verify('no hash', 'pw', null)).rejects.toThrow()
    expect(await threaded.verify(hashes[0] ?? '', 'pw', null)).toBe(true)
  })

  it.runIf(process.platform === 'linux')('have a lower priority than the other threads', async () => {
    await threaded.hash('pw', cost)
    const nice = readdirSync('/proc/self/task').map((task) => {
      const fields = readFileSync(`/proc/self/task/${task}/stat`, 'utf8').split(') ')[1]?.split(' ')
      return Number(fields?.[16])
    })
    const own = Math.min(...nice)
    expect(nice.filter((value) => value > own).length).toBeGreaterThan(0)
    expect(nice.filter((value) => value === own).length).toBeGreaterThan(4)
  })
})
