import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/adapters/prisma/database.ts'
import type { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import { auditColumns } from '../../src/adapters/prisma/stores/audit/audit-rows.ts'
import type { AuditEvent } from '../../src/domain/audit/audit-event.ts'
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

/** Audit events as the service reads them, oldest first. */
export async function auditWhere(
  { client }: Database,
  where: Prisma.AuditEventWhereInput,
): Promise<readonly AuditEvent[]> {
  const ids = (await client.auditEvent.findMany({ where, select: { id: true } })).map(({ id }) => id)
  return client.$queryRaw<AuditEvent[]>`
    SELECT ${auditColumns} FROM audit_events e WHERE e.id = ANY(${ids}::uuid[]) ORDER BY e.id`
}

/** The audit events of a user; null selects events without a user. */
export function auditOf(database: Database, userId: string | null): Promise<readonly AuditEvent[]> {
  return auditWhere(database, { userId })
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

/** The id of the tenant with that slug. */
export async function tenantIdOf({ client }: Database, slug: string): Promise<string> {
  return (await client.tenant.findUniqueOrThrow({ where: { slug } })).id
}

/** Creates an account without a password in the default tenant, and returns its id. */
export async function insertUser({ client }: Database): Promise<string> {
  const id = randomUUID()
  const tenant = await client.tenant.findUniqueOrThrow({ where: { slug: 'default' } })
  const createdAt = new Date()
  const email = `${id}@example.com`
  await client.user.create({ data: { id, tenantId: tenant.id, email, createdAt, updatedAt: createdAt } })
  return id
}

/** Gives a user a confirmed authenticator app whose secret no one knows, and returns its id. */
export async function insertTotp(
  { client }: Database,
  userId: string,
  removedAt: Date | null = null,
): Promise<string> {
  const id = randomUUID()
  const times = { createdAt: new Date(), confirmedAt: new Date(), removedAt }
  await client.totpSecret.create({ data: { id, userId, sealedSecret: new Uint8Array(64), ...times } })
  return id
}

/** Gives a user a passkey whose private key no one has, and returns its id. */
export async function insertPasskey(
  { client }: Database,
  userId: string,
  given: { readonly credentialId?: Uint8Array<ArrayBuffer>; readonly removedAt?: Date } = {},
): Promise<string> {
  const id = randomUUID()
  const credentialId = given.credentialId ?? new TextEncoder().encode(id)
  const facts = { publicKey: new Uint8Array(64), rpId: 'localhost', backedUp: false, name: 'Passkey' }
  const removedAt = given.removedAt ?? null
  await client.passkey.create({
    data: { id, userId, credentialId, ...facts, createdAt: new Date(), removedAt },
  })
  return id
}

/** Changes a role in the database. Tokens issued from now on carry it. */
export async function setRole({ client }: Database, userId: string, role: UserRole): Promise<void> {
  await client.user.update({ where: { id: userId }, data: { role } })
}

/** Makes a session one of two factors, proven at that time. Tokens issued from now on state it. */
export async function proveSecondFactor(
  { client }: Database,
  sessionId: string,
  secondFactorAt: Date,
): Promise<void> {
  const data = { amr: ['pwd', 'otp', 'mfa'], secondFactorAt }
  await client.session.update({ where: { id: sessionId }, data })
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
