import type { StoredPassword } from '../../../domain/passwords/password.ts'
import type { AccountStore, ProfileChange } from '../../../domain/users/account-store.ts'
import type { PendingRegistration } from '../../../domain/users/pending-registration.ts'
import type { User } from '../../../domain/users/user.ts'
import type { NewUser } from '../../../domain/users/user-store.ts'
import { usernameKey } from '../../../domain/users/username.ts'
import { Prisma } from '../generated/client.ts'
import { assertUnreserved } from './email-reservations.ts'
import type { Queries } from './queries.ts'
import { takenProblem } from './taken-problem.ts'
import { userColumns } from './user-rows.ts'

/** Of an account `u` that nobody has verified nor signed in to. */
const unused = Prisma.sql`u.email_verified_at IS NULL AND u.login_count = 0`

export class PrismaAccountStore implements AccountStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async lock(userId: string, seenTokenVersion: number | null): Promise<User | null> {
    const [user] = await this.#queries.$queryRaw<User[]>`
      SELECT ${userColumns} FROM users u
      WHERE u.id = ${userId}::uuid AND u.active
        AND (${seenTokenVersion}::int IS NULL OR u.token_version = ${seenTokenVersion}::int)
      FOR UPDATE`
    return user ?? null
  }

  async isUsernameTaken(tenantId: string, key: string): Promise<boolean> {
    const where = { tenantId_usernameKey: { tenantId, usernameKey: key } }
    return (await this.#queries.user.findUnique({ where, select: { id: true } })) !== null
  }

  async replaceRegistration(userId: string, user: NewUser, password: StoredPassword): Promise<boolean> {
    const replaced = await this.#queries.$executeRaw`
      WITH u AS (
        UPDATE users SET pending_username = ${user.pendingUsername}, first_name = ${user.firstName},
          last_name = ${user.lastName}, phone_number = ${user.phoneNumber},
          contested_at = ${user.createdAt}::timestamptz, updated_at = ${user.createdAt}::timestamptz
        WHERE id = ${userId}::uuid AND email_verified_at IS NULL AND login_count = 0 RETURNING id
      )
      UPDATE passwords SET hash = ${password.hash}, pepper_id = ${password.pepperId},
        changed_at = ${password.changedAt}::timestamptz
      FROM u WHERE user_id = u.id`
    return replaced === 1
  }

  async settleRegistration(userId: string, registration: PendingRegistration | null): Promise<void> {
    if (registration === null) {
      await this.#queries.$executeRaw`
        DELETE FROM passwords p USING users u
        WHERE u.id = ${userId}::uuid AND p.user_id = u.id AND u.contested_at IS NOT NULL AND ${unused}`
      return
    }
    const { passwordHash, pepperId, changedAt, username, firstName, lastName, phoneNumber } = registration
    await this.#queries.$executeRaw`
      WITH settled AS (
        UPDATE users u SET pending_username = ${username}, first_name = ${firstName}, last_name = ${lastName},
          phone_number = ${phoneNumber}
        WHERE u.id = ${userId}::uuid AND ${unused} RETURNING u.id
      )
      UPDATE passwords SET hash = ${passwordHash}, pepper_id = ${pepperId}, changed_at = ${new Date(changedAt)}::timestamptz
      FROM settled WHERE user_id = settled.id`
  }

  async removePassword(userId: string): Promise<void> {
    await this.#queries.password.deleteMany({ where: { userId } })
  }

  async verifyEmail(userId: string, now: Date): Promise<User | null> {
    return this.#change(Prisma.sql`
      UPDATE users u SET email_verified_at = COALESCE(u.email_verified_at, ${now}::timestamptz),
        username = CASE WHEN free.yes THEN u.pending_username ELSE u.username END,
        username_key = CASE WHEN free.yes THEN lower(u.pending_username) ELSE u.username_key END,
        pending_username = NULL, contested_at = NULL, updated_at = ${now}::timestamptz
      FROM (
        SELECT p.id, p.pending_username IS NOT NULL AND p.username IS NULL AND NOT EXISTS (
          SELECT 1 FROM users o WHERE o.tenant_id = p.tenant_id AND o.username_key = lower(p.pending_username)
        ) AS yes
        FROM users p WHERE p.id = ${userId}::uuid
      ) free
      WHERE u.id = free.id RETURNING ${userColumns}`)
  }

  async isEmailFree(user: Pick<User, 'id' | 'tenantId'>, email: string, now: Date): Promise<boolean> {
    const [row] = await this.#queries.$queryRaw<{ free: boolean }[]>`
      SELECT NOT EXISTS (
        SELECT 1 FROM users o WHERE o.tenant_id = ${user.tenantId}::uuid AND o.email = ${email}
      ) AND NOT EXISTS (
        SELECT 1 FROM email_reservations r WHERE r.tenant_id = ${user.tenantId}::uuid AND r.email = ${email}
          AND r.user_id <> ${user.id}::uuid AND r.until > ${now}::timestamptz
      ) AS free`
    return row?.free === true
  }

  async changeEmail({
    userId,
    email,
    now,
  }: {
    userId: string
    email: string
    now: Date
  }): Promise<User | null> {
    const verified = Prisma.sql`email_verified_at = ${now}::timestamptz, updated_at = ${now}::timestamptz`
    const user = await this.#updateUser(userId, Prisma.sql`email = ${email}, ${verified}`)
    if (user !== null) await assertUnreserved(this.#queries, user, now)
    return user
  }

  async reserveEmail(reservation: {
    tenantId: string
    email: string
    userId: string
    until: Date
  }): Promise<void> {
    const { tenantId, email, userId, until } = reservation
    await this.#queries.emailReservation.upsert({
      where: { tenantId_email: { tenantId, email } },
      create: { tenantId, email, userId, until },
      update: { userId, until },
    })
  }

  async releaseEmails(userId: string): Promise<void> {
    await this.#queries.emailReservation.deleteMany({ where: { userId } })
  }

  async purgeReservations(overBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM email_reservations WHERE (tenant_id, email) IN (
        SELECT tenant_id, email FROM email_reservations WHERE until < ${overBefore}::timestamptz LIMIT ${limit}
      )`
  }

  async raiseTokenVersion(userId: string, now: Date): Promise<number | null> {
    const change = Prisma.sql`token_version = u.token_version + 1, updated_at = ${now}::timestamptz`
    return (await this.#updateUser(userId, change))?.tokenVersion ?? null
  }

  async distrustDevices(userId: string): Promise<void> {
    await this.#queries
      .$executeRaw`UPDATE users SET device_epoch = device_epoch + 1 WHERE id = ${userId}::uuid`
  }

  async forgetAttempts(userId: string): Promise<void> {
    await this.#queries
      .$executeRaw`UPDATE users SET attempt_epoch = attempt_epoch + 1 WHERE id = ${userId}::uuid`
  }

  async updateProfile(userId: string, change: ProfileChange, now: Date): Promise<User | null> {
    const changes = [Prisma.sql`updated_at = ${now}::timestamptz`, ...profileColumns(change)]
    return this.#updateUser(userId, Prisma.join(changes))
  }

  async isLastAdministrator(user: Pick<User, 'id' | 'tenantId'>): Promise<boolean> {
    const administrators = await this.#queries.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM users u
      WHERE u.tenant_id = ${user.tenantId}::uuid AND u.role = 'ADMIN' AND u.active
        AND (u.id = ${user.id}::uuid OR u.locked_at IS NULL OR u.locked_until IS NOT NULL)
      ORDER BY u.id FOR UPDATE`
    return administrators.length === 1 && administrators[0]?.id === user.id
  }

  async remove(userId: string): Promise<boolean> {
    await this.#forgetPerson(userId)
    return this.#deleteUser(userId, Prisma.sql`TRUE`)
  }

  async removeUnverified(userId: string): Promise<boolean> {
    const removed = await this.#deleteUser(userId, Prisma.sql`email_verified_at IS NULL`)
    if (removed) await this.#forgetPerson(userId)
    return removed
  }

  async #deleteUser(userId: string, condition: Prisma.Sql): Promise<boolean> {
    return (
      (await this.#queries.$executeRaw`DELETE FROM users WHERE id = ${userId}::uuid AND ${condition}`) === 1
    )
  }

  /**
   * The events stay, and with them the bare id; where somebody was, what he used and what others wrote about him goes,
   * and where he did something to others from. Mails that wait have no reader.
   */
  async #forgetPerson(userId: string): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE audit_events SET ip_address = NULL, user_agent = NULL, details = '{}'::jsonb,
        reason = CASE WHEN reason ~ '^[A-Z][A-Z0-9_]*$' AND (actor_id IS NULL OR actor_id = user_id) THEN reason END
      WHERE user_id = ${userId}::uuid`
    await this.#queries.$executeRaw`
      UPDATE audit_events SET ip_address = NULL, user_agent = NULL WHERE actor_id = ${userId}::uuid`
    await this.#queries.$executeRaw`
      UPDATE mail_messages SET sealed_parameters = NULL, user_id = NULL,
        state = CASE WHEN state = 'QUEUED' THEN 'DISCARDED'::mail_state ELSE state END
      WHERE user_id = ${userId}::uuid`
    await this.#queries.emailReservation.deleteMany({ where: { userId } })
  }

  #updateUser(userId: string, changes: Prisma.Sql): Promise<User | null> {
    return this.#change(
      Prisma.sql`UPDATE users u SET ${changes} WHERE u.id = ${userId}::uuid RETURNING ${userColumns}`,
    )
  }

  async #change(update: Prisma.Sql): Promise<User | null> {
    try {
      const [user] = await this.#queries.$queryRaw<User[]>(update)
      return user ?? null
    } catch (error) {
      throw takenProblem(error) ?? error
    }
  }
}

function profileColumns(change: ProfileChange): Prisma.Sql[] {
  const { username, firstName, lastName, phoneNumber, preferences } = change
  const columns: Prisma.Sql[] = []
  if (username !== undefined) {
    const key = username === null ? null : usernameKey(username)
    columns.push(Prisma.sql`username = ${username}, username_key = ${key}, pending_username = NULL`)
  }
  if (firstName !== undefined) columns.push(Prisma.sql`first_name = ${firstName}`)
  if (lastName !== undefined) columns.push(Prisma.sql`last_name = ${lastName}`)
  if (phoneNumber !== undefined) {
    const verified = Prisma.sql`CASE WHEN u.phone_number IS NOT DISTINCT FROM ${phoneNumber} THEN u.phone_verified_at END`
    columns.push(Prisma.sql`phone_number = ${phoneNumber}, phone_verified_at = ${verified}`)
  }
  if (preferences !== undefined) columns.push(Prisma.sql`preferences = ${JSON.stringify(preferences)}::jsonb`)
  return columns
}
