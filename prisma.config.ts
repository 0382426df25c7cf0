import { defineConfig } from 'prisma/config'

// `prisma generate` needs no schema engine, yet the CLI downloads one before every command unless it is told
// where one is. Any existing file will do. Migrations run elsewhere: src/adapters/prisma/migrations.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

const url = process.env.DIRECT_DATABASE_URL ?? process.env.DATABASE_URL

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
})
