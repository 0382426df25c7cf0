// A process that migrates the database at the given URL and prints the applied migrations.
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'

const url = process.argv[2]
if (url === undefined) throw new Error('The URL is missing.')
const database = openPostgresDatabase({ url, directUrl: url, poolMin: 0, poolMax: 1, logger: silentLogger })
const applied = await database.migrate()
await database.close()
process.stdout.write(JSON.stringify(applied))
