import type { Config } from './config.ts'
import type { EnvReader } from './env-reader.ts'
import { requireHttps } from './require-https.ts'
import type { serverVariables } from './themes/service/server.ts'
import type { hashingVariables } from './themes/sign-in/hashing.ts'
import type { databaseVariables } from './themes/storage/database.ts'
import type { GivenSecrets, secretVariables } from './themes/storage/secrets.ts'

/** The argon2id settings that OWASP's Password Storage Cheat Sheet lists as equivalent: memory and passes. */
const owaspArgon2id = [
  { memoryKib: 47_104, passes: 1 },
  { memoryKib: 19_456, passes: 2 },
  { memoryKib: 12_288, passes: 3 },
  { memoryKib: 9216, passes: 4 },
  { memoryKib: 7168, passes: 5 },
]

type ProductionReader = EnvReader<
  typeof databaseVariables & typeof hashingVariables & typeof secretVariables & typeof serverVariables
>

/** Adds the problems that are only problems in production. */
export function checkProduction(
  reader: ProductionReader,
  { server, database, hashing }: Pick<Config, 'server' | 'database' | 'hashing'>,
  secrets: GivenSecrets,
): void {
  const required = 'is required in production.'
  reader.check(['DATABASE_URL'], database.url !== null, required)
  reader.check(['MASTER_KEY'], secrets.masterKey !== null, required)
  reader.check(['REFRESH_PEPPERS'], secrets.refreshPeppers !== null, required)
  requireHttps(reader, 'PUBLIC_URL', server.publicUrl, true)

  const strong = owaspArgon2id.some(
    ({ memoryKib, passes }) => hashing.memoryKib >= memoryKib && hashing.passes >= passes,
  )
  const choices = owaspArgon2id.map(({ memoryKib, passes }) => `${memoryKib}/${passes}`).join(', ')
  reader.check(
    ['ARGON2_MEMORY_KIB', 'ARGON2_PASSES'],
    strong,
    `and ARGON2_PASSES must meet the minimum of OWASP in production: ${choices}.`,
  )
}
