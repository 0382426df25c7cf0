import * as argon2 from 'argon2'
import type { Argon2Cost, Argon2Engine } from './argon2-engine.ts'

/** The package argon2. It hashes in the thread pool of libuv, which file and DNS work shares. */
export class PooledArgon2 implements Argon2Engine {
  readonly name = 'argon2'
  readonly usesPool = true

  hash(password: string, { memoryKib, passes, lanes, secret }: Argon2Cost): Promise<string> {
    const cost = { memoryCost: memoryKib, timeCost: passes, parallelism: lanes }
    return argon2.hash(password, { type: argon2.argon2id, ...cost, ...secretOf(secret) })
  }

  verify(hash: string, password: string, secret: Uint8Array | null): Promise<boolean> {
    return argon2.verify(hash, password, secretOf(secret))
  }

  async close(): Promise<void> {}
}

function secretOf(secret: Uint8Array | null): { secret?: Buffer } {
  return secret === null ? {} : { secret: Buffer.from(secret) }
}
