import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/adapters/prisma/database.ts'
import type { UserRole } from '../../src/domain/users/user.ts'

/** Number of rows per table that a request could have added. */
export async function countRows({ client }: Database): Promise<Readonly<Record<string, number>>> {
  return {
    tenants: await client.tenant.count(),
    users: await client.user.count(),
    passwords: await client.password.count(),
    sessions: await client.session.count(),
    revocations: await client.revocation.count(),
    auditEvents: await client.auditEvent.count(),
  }
}

/** The audit rows of a user, oldest first; null selects rows without a user. */
export async function auditOf({ client }: Database, userId: string | null) {
  return client.auditEvent.findMany({ where: { userId }, orderBy: { id: 'asc' } })
}

/** The types of these rows. */
export async function auditTypesOf(database: Database, userId: string | null): Promise<readonly string[]> {
  return (await auditOf(database, userId)).map(({ type }) => type)
}

/** Creates a tenant and returns its slug. */
export async function insertTenant({ client }: Database): Promise<string> {
  const slug = `tenant-${randomUUID().slice(0, 8)}`
  await client.tenant.create({ data: { id: randomUUID(), slug, name: slug } })
  return slug
}

/** Changes a role in the database. Tokens issued from now on carry it. */
export async function setRole({ client }: Database, userId: string, role: UserRole): Promise<void> {
  await client.user.update({ where: { id: userId }, data: { role } })
}

/** Changes a role as an administrator would: tokens issued before are revoked. */
export async function changeRole(
  { database }: { database: Database },
  userId: string,
  role: UserRole,
): Promise<void> {
  await raiseVersion(database, userId, { role })
}

/** Changes a user and revokes tokens issued before, in the database only: processes learn it by polling. */
export async function raiseVersion(
  { client }: Database,
  userId: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { tokenVersion } = await client.user.update({
    where: { id: userId },
    data: { ...data, tokenVersion: { increment: 1 } },
  })
  const now = new Date()
  await client.revocation.create({
    data: {
      id: randomUUID(),
      kind: 'USER',
      userId,
      minimumTokenVersion: tokenVersion,
      recordedAt: now,
      expiresAt: new Date(now.getTime() + 3_660_000),
    },
  })
}
