// A process that opens the embedded database in a folder, prints that, and stays until it is killed.
import { openEmbeddedDatabase } from '../../src/adapters/prisma/embedded/embedded-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('The folder is missing.')
const database = await openEmbeddedDatabase({ folder, logger: silentLogger })
await database.migrate()
const id = '0198f000-0000-7000-8000-000000000009'
await database.client.tenant.create({ data: { id, slug: 'written', name: 'Written' } })
setInterval(() => undefined, 1_000)
process.stdout.write('open\n')
