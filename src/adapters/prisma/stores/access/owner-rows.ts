import type { OwnerAccess } from '../../../../domain/access/owner-access.ts'
import type { SessionOwner } from '../../../../domain/sessions/session.ts'
import type { UserRole } from '../../../../domain/users/user.ts'
import type { JsonObject } from '../../../../lib/text/json.ts'
import { Prisma } from '../../generated/client.ts'
import { selectOwnerAccess } from './owner-access-rows.ts'

/** What the application adds to the tokens of a user. */
export interface AccessRow {
  readonly access: OwnerAccess | null
  /** Members of the metadata by name, null for those that the user does not have; absent if no claim is mapped. */
  readonly claimMetadata?: JsonObject
}

export interface OwnerRow extends AccessRow {
  readonly role: UserRole
  readonly tokenVersion: number
}

/** Columns of an AccessRow of the user that `source` selects; `userId` is its id. `claimKeys`: the mapped members of the metadata. */
export function accessColumns(
  source: Prisma.Sql,
  userId: Prisma.Sql,
  claimKeys: readonly string[],
): Prisma.Sql {
  const access = Prisma.sql`${selectOwnerAccess(userId)} AS access`
  if (claimKeys.length === 0) return access
  const members = claimKeys.map((key) => Prisma.sql`${key}::text, ${source}.metadata -> ${key}::text`)
  return Prisma.sql`${access}, jsonb_build_object(${Prisma.join(members)}) AS "claimMetadata"`
}

export function toOwner({ role, tokenVersion, access, claimMetadata = {} }: OwnerRow): SessionOwner {
  const members = Object.entries(claimMetadata).filter(([, value]) => value !== null)
  return { role, tokenVersion, access, metadata: Object.fromEntries(members) }
}
