// Writes a migration from the difference between prisma/migrations and prisma/schema.prisma:
//   npm run db:new -- what_changed
import { mkdir, writeFile } from 'node:fs/promises'
import { migrationFolder } from '../src/adapters/prisma/migrations/migration-folder.ts'
import { schemaDifference } from './schema-difference.ts'

const name = process.argv[2]
if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('Name the migration in snake_case: npm run db:new -- add_api_keys')
  process.exit(1)
}

const sql = await schemaDifference()
if (sql === null) {
  console.log('Nothing to do: prisma/migrations produce prisma/schema.prisma.')
} else {
  const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = `${migrationFolder()}/${timestamp}_${name}`
  await mkdir(folder)
  await writeFile(`${folder}/migration.sql`, sql)
  console.log(`Wrote ${folder}/migration.sql. Review it before you commit it.`)
}
