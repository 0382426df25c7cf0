import { Prisma } from '../../generated/client.ts'

/** Columns of a User; the alias of the table is `u`. */
export const userColumns = Prisma.sql`u.id, u.tenant_id AS "tenantId", u.email,
  u.email_verified_at AS "emailVerifiedAt", u.username, u.first_name AS "firstName", u.last_name AS "lastName",
  u.phone_number AS "phoneNumber", u.phone_verified_at AS "phoneVerifiedAt", u.locale, u.role, u.preferences, u.metadata,
  u.active, u.locked_at AS "lockedAt", u.locked_until AS "lockedUntil",
  u.token_version AS "tokenVersion", u.attempt_epoch AS "attemptEpoch", u.created_at AS "createdAt", u.updated_at AS "updatedAt",
  u.last_login_at AS "lastLoginAt", u.login_count AS "loginCount"`
