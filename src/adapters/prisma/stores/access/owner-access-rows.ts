import { Prisma } from '../../generated/client.ts'

/**
 * The OwnerAccess of a user as JSON, for the list of a SELECT; null for a user without roles, after one look-up in an index. Roles and
 * version come from the snapshot of the statement, so that a token never names a later version than that of its roles. Rows of
 * removed roles mean nothing. The function is part of the migrations: its plan is kept, and planned here it would cost more than it reads.
 */
export function selectOwnerAccess(userId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`access_of_user(${userId})`
}
