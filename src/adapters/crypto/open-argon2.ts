import type { Argon2Engine } from './argon2-engine.ts'
import { PooledArgon2 } from './pooled-argon2.ts'
import { ThreadedArgon2 } from './threaded-argon2.ts'

/**
 * Chooses the implementation of argon2id: @node-rs/argon2, an optional dependency, if it is installed for this platform,
 * else argon2.
 */
export async function openArgon2(): Promise<Argon2Engine> {
  return (await isInstalled()) ? new ThreadedArgon2() : new PooledArgon2()
}

async function isInstalled(): Promise<boolean> {
  try {
    await import('@node-rs/argon2')
    return true
  } catch {
    return false
  }
}
