import { Argon2PasswordHasher, describeHashing } from '../adapters/crypto/argon2-password-hasher.ts'
import { openArgon2 } from '../adapters/crypto/open-argon2.ts'
import type { Config } from '../config/config.ts'
import type { PasswordHasher } from '../domain/passwords/password-hasher.ts'
import type { Closer } from '../lib/concurrency/closer.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Timings } from '../lib/observation/timings.ts'

/** Opens the password hasher, with the fastest implementation of argon2id that is installed. */
export async function openPasswordHasher(
  config: Pick<Config, 'hashing' | 'secrets'>,
  logger: Logger,
  closer: Closer,
  timings: Timings | null,
): Promise<PasswordHasher> {
  const engine = await openArgon2()
  closer.add('password hasher', () => engine.close())
  const { passwordPepper } = config.secrets
  const hasher = new Argon2PasswordHasher(config.hashing, passwordPepper, engine, logger, timings)
  await hasher.prepare()
  return hasher
}

/** Which package hashes passwords on this machine, and how many at a time. */
export async function describePasswordHashing({ hashing }: Pick<Config, 'hashing'>): Promise<string> {
  return describeHashing(hashing, await openArgon2())
}
