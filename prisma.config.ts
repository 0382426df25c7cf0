import { defineConfig } from 'prisma/config'

// `prisma generate` needs no schema engine, but the CLI downloads one before every command unless this variable names
// an existing file. Any file works. Migrations run in src/adapters/prisma/migrations, without this CLI.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

const url = process.env.DIRECT_DATABASE_URL ?? process.env.DATABASE_URL

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
})
