// Fails if prisma/migrations do not produce prisma/schema.prisma: npm run db:check
import { schemaDifference } from './schema-difference.ts'

const sql = await schemaDifference()
if (sql !== null) {
  console.error(
    `prisma/migrations do not produce prisma/schema.prisma. Missing (npm run db:new -- name):\n\n${sql}`,
  )
  process.exit(1)
}
console.log('prisma/migrations produce prisma/schema.prisma.')
