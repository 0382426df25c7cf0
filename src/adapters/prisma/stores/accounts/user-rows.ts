import { Prisma } from '../../generated/client.ts'

/** The end of a lock. An operator can have written a time that is no Date: a lock until `infinity` has no end. */
export const lockedUntil = Prisma.sql`NULLIF(u.locked_until, 'infinity') AS "lockedUntil"`

/** Columns of a User; the alias of the table is `u`. */
export const userColumns = Prisma.sql`u.id, u.tenant_id AS "tenantId", u.email,
  u.email_verified_at AS "emailVerifiedAt", u.username, u.first_name AS "firstName", u.last_name AS "lastName",
  u.phone_number AS "phoneNumber", u.phone_verified_at AS "phoneVerifiedAt", u.locale, u.role, u.preferences, u.metadata,
  u.active, u.locked_at AS "lockedAt", ${lockedUntil},
  u.token_version AS "tokenVersion", u.attempt_epoch AS "attemptEpoch", u.created_at AS "createdAt", u.updated_at AS "updatedAt",
  u.last_login_at AS "lastLoginAt", u.login_count AS "loginCount"`
