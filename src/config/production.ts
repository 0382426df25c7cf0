import type { Config } from './config.ts'
import type { EnvReader } from './env-reader.ts'
import { isLoopback } from './network-rules.ts'
import type { GivenSecrets } from './secrets.ts'

/** The argon2id settings that OWASP's Password Storage Cheat Sheet calls equal: so much memory for so many passes. */
const owaspArgon2id = [
  { memoryKib: 47_104, passes: 1 },
  { memoryKib: 19_456, passes: 2 },
  { memoryKib: 12_288, passes: 3 },
  { memoryKib: 9216, passes: 4 },
  { memoryKib: 7168, passes: 5 },
]

/** Notes what only production insists on. */
export function checkProduction(
  reader: EnvReader,
  { server, database, hashing }: Pick<Config, 'server' | 'database' | 'hashing'>,
  secrets: GivenSecrets,
): void {
  const needed = 'is needed in production.'
  reader.check(['DATABASE_URL'], database.url !== null, needed)
  reader.check(['MASTER_KEY'], secrets.masterKey !== null, needed)
  reader.check(['REFRESH_PEPPERS'], secrets.refreshPeppers !== null, needed)

  const safe = server.publicUrl.protocol === 'https:' || isLoopback(server.publicUrl)
  reader.check(['PUBLIC_URL'], safe, 'wants https in production, unless its host is loopback.')

  const strong = owaspArgon2id.some(
    ({ memoryKib, passes }) => hashing.memoryKib >= memoryKib && hashing.passes >= passes,
  )
  const choices = owaspArgon2id.map(({ memoryKib, passes }) => `${memoryKib}/${passes}`).join(', ')
  reader.check(
    ['ARGON2_MEMORY_KIB', 'ARGON2_PASSES'],
    strong,
    `with ARGON2_PASSES wants at least OWASP's minimum in production: ${choices}.`,
  )
}
