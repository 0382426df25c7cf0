import type { StoredPassword } from '../../../../domain/passwords/password.ts'
import type {
  AccountStore,
  ChangedAccount,
  NewUser,
  ProfileChange,
} from '../../../../domain/users/account-store.ts'
import type { User } from '../../../../domain/users/user.ts'
import { usernameKey } from '../../../../domain/users/username.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { isActiveTenant } from '../tenant-access.ts'
import { assertUnreserved } from './email-reservations.ts'
import { forgetAlerts, forgetTokensOfOthers } from './forgotten-mentions.ts'
import { takenProblem } from './taken-problem.ts'
import { userColumns } from './user-rows.ts'

export class PrismaAccountStore implements AccountStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async insert(user: NewUser, password: StoredPassword | null): Promise<User> {
    try {
      const [inserted] = await this.#queries.$queryRaw<User[]>(insertUser(user, password))
      if (inserted === undefined) throw new Error('An INSERT answered no row.')
      await assertUnreserved(this.#queries, inserted, user.createdAt)
      return inserted
    } catch (error) {
      throw takenProblem(error) ?? error
    }
  }

  async lock(userId: string, seenTokenVersion: number | null): Promise<User | null> {
    const [user] = await this.#queries.$queryRaw<User[]>`
      SELECT ${userColumns} FROM users u
      WHERE u.id = ${userId}::uuid AND u.active AND ${isActiveTenant(Prisma.sql`u.tenant_id`)}
        AND (${seenTokenVersion}::int IS NULL OR u.token_version = ${seenTokenVersion}::int)
      FOR UPDATE OF u`
    return user ?? null
  }

  async removeUnprovenPassword(userId: string, contested: boolean): Promise<boolean> {
    const removed = await this.#queries.$executeRaw`
      DELETE FROM passwords p USING users u
      WHERE u.id = ${userId}::uuid AND p.user_id = u.id AND u.email_verified_at IS NULL AND u.login_count = 0
        AND (${contested}::boolean OR u.contested_at IS NOT NULL)`
    return removed === 1
  }

  async changePassword(change: {
    userId: string
    seenTokenVersion: number | null
    password: StoredPassword
    historyId: string
  }): Promise<ChangedAccount | null> {
    const { userId, seenTokenVersion, password, historyId } = change
    const [changed] = await this.#queries.$queryRaw<ChangedAccount[]>`
      WITH u AS (
        UPDATE users SET token_version = token_version + 1, device_epoch = device_epoch + 1,
          updated_at = ${password.changedAt}::timestamptz
        WHERE id = ${userId}::uuid AND active
          AND (${seenTokenVersion}::int IS NULL OR token_version = ${seenTokenVersion}::int)
        RETURNING id, token_version, device_epoch
      ), remembered AS (
        INSERT INTO password_history (id, user_id, hash, pepper_id, created_at)
        SELECT ${historyId}::uuid, p.user_id, p.hash, p.pepper_id, ${password.changedAt}::timestamptz
        FROM passwords p JOIN u ON u.id = p.user_id
      ), changed AS (
        INSERT INTO passwords (user_id, hash, pepper_id, changed_at)
        SELECT u.id, ${password.hash}, ${password.pepperId}, ${password.changedAt}::timestamptz FROM u
        ON CONFLICT (user_id) DO UPDATE SET hash = EXCLUDED.hash, pepper_id = EXCLUDED.pepper_id,
          changed_at = EXCLUDED.changed_at, reminded_at = NULL, expires_at = NULL
      )
      SELECT u.token_version AS "tokenVersion", u.device_epoch AS "deviceEpoch" FROM u`
    return changed ?? null
  }

  async rehashPassword(userId: string, seenHash: string, password: StoredPassword): Promise<void> {
    const { hash, pepperId } = password
    await this.#queries.password.updateMany({ where: { userId, hash: seenHash }, data: { hash, pepperId } })
  }

  async removePassword(userId: string): Promise<void> {
    await this.#queries.password.deleteMany({ where: { userId } })
  }

  async verifyEmail(userId: string, now: Date): Promise<User | null> {
    return this.#change(Prisma.sql`
      UPDATE users u SET email_verified_at = COALESCE(u.email_verified_at, ${now}::timestamptz),
        username = CASE WHEN pending.claimable THEN u.pending_username ELSE u.username END,
        username_key = CASE WHEN pending.claimable THEN lower(u.pending_username) ELSE u.username_key END,
        pending_username = NULL, contested_at = NULL, updated_at = ${now}::timestamptz
      FROM (
        SELECT p.id, p.pending_username IS NOT NULL AND p.username IS NULL AND NOT EXISTS (
          SELECT 1 FROM users o WHERE o.tenant_id = p.tenant_id AND o.username_key = lower(p.pending_username)
        ) AS claimable
        FROM users p WHERE p.id = ${userId}::uuid
      ) pending
      WHERE u.id = pending.id RETURNING ${userColumns}`)
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

  async raiseTokenVersion(userId: string, now: Date): Promise<number | null> {
    const change = Prisma.sql`token_version = u.token_version + 1, updated_at = ${now}::timestamptz`
    return (await this.#updateUser(userId, change))?.tokenVersion ?? null
  }

  async raiseFactorVersion(userId: string): Promise<void> {
    await this.#queries
      .$executeRaw`UPDATE users SET factor_version = factor_version + 1 WHERE id = ${userId}::uuid`
  }

  async distrustDevices(userId: string): Promise<void> {
    await this.#queries
      .$executeRaw`UPDATE users SET device_epoch = device_epoch + 1 WHERE id = ${userId}::uuid`
  }

  async forgetAttempts(userId: string): Promise<void> {
    await this.#queries
      .$executeRaw`UPDATE users SET attempt_epoch = attempt_epoch + 1 WHERE id = ${userId}::uuid`
  }

  async setSecondStep(userId: string, required: boolean, now: Date): Promise<void> {
    await this.#updateUser(
      userId,
      Prisma.sql`second_step_chosen = ${required}, factor_version = u.factor_version + 1,
        updated_at = ${now}::timestamptz`,
    )
  }

  async setEnrolBy(userId: string, enrolBy: Date | null): Promise<void> {
    await this.#updateUser(userId, Prisma.sql`enrol_factor_by = ${enrolBy}::timestamptz`)
  }

  async verifyPhone(userId: string, now: Date): Promise<User | null> {
    const verified = Prisma.sql`phone_verified_at = ${now}::timestamptz, updated_at = ${now}::timestamptz`
    return this.#updateUser(userId, verified)
  }

  async updateProfile(userId: string, change: ProfileChange, now: Date): Promise<User | null> {
    const changes = [Prisma.sql`updated_at = ${now}::timestamptz`, ...profileColumns(change)]
    return this.#updateUser(userId, Prisma.join(changes))
  }

  async remove(userId: string): Promise<boolean> {
    await this.#queries.$executeRaw`
      DELETE FROM pending_registrations r USING users u
      WHERE u.id = ${userId}::uuid AND r.tenant_id = u.tenant_id AND r.email = u.email`
    await this.#forgetMentions(userId)
    await this.#forgetPerson(userId)
    return this.#deleteUser(userId, Prisma.sql`TRUE`)
  }

  async removeUnverified(userId: string): Promise<boolean> {
    await this.#forgetMentions(userId, Prisma.sql`u.email_verified_at IS NULL`)
    const removed = await this.#deleteUser(userId, Prisma.sql`email_verified_at IS NULL`)
    if (removed) await this.#forgetPerson(userId)
    return removed
  }

  async #deleteUser(userId: string, condition: Prisma.Sql): Promise<boolean> {
    return (
      (await this.#queries.$executeRaw`DELETE FROM users WHERE id = ${userId}::uuid AND ${condition}`) === 1
    )
  }

  /** Removes the account from rows that belong to no one or to others. Runs while the account still exists. */
  async #forgetMentions(userId: string, condition = Prisma.sql`TRUE`): Promise<void> {
    await this.#queries.$executeRaw(forgetTokensOfOthers(userId, condition))
    await this.#queries.$executeRaw(forgetAlerts(userId, condition))
  }

  /**
   * Removes personal data outside the user's own rows. Audit events are kept with the user's id, without addresses, user
   * agents, details and free-text reasons; events that the user caused for others lose address and user agent. Queued
   * mails are discarded.
   */
  async #forgetPerson(userId: string): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE audit_events SET ip_address = NULL, user_agent = NULL, user_agent_id = NULL, details = '{}'::jsonb,
        reason = CASE WHEN reason ~ '^[A-Z][A-Z0-9_]*$' AND (actor_id IS NULL OR actor_id = user_id) THEN reason END
      WHERE user_id = ${userId}::uuid`
    await this.#queries.$executeRaw`
      UPDATE audit_events SET ip_address = NULL, user_agent = NULL, user_agent_id = NULL WHERE actor_id = ${userId}::uuid`
    await this.#queries.$executeRaw`
      UPDATE mail_messages SET sealed_parameters = NULL, user_id = NULL,
        state = CASE WHEN state = 'QUEUED' THEN 'DISCARDED'::mail_state ELSE state END
      WHERE user_id = ${userId}::uuid`
    await this.#queries.emailReservation.deleteMany({ where: { userId } })
    await this.#queries.revocation.updateMany({ where: { userId }, data: { reason: null } })
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
  const { username, firstName, lastName, phoneNumber, locale, preferences } = change
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
  if (locale !== undefined) columns.push(Prisma.sql`locale = ${locale}`)
  if (preferences !== undefined) columns.push(Prisma.sql`preferences = ${JSON.stringify(preferences)}::jsonb`)
  return columns
}

function insertUser(user: NewUser, password: StoredPassword | null): Prisma.Sql {
  const createdAt = Prisma.sql`${user.createdAt}::timestamptz`
  return Prisma.sql`
    WITH u AS (
      INSERT INTO users (id, tenant_id, email, email_verified_at, username, username_key, first_name, last_name, phone_number, locale,
        role, metadata, created_at, updated_at)
      SELECT ${user.id}::uuid, ${user.tenantId}::uuid, ${user.email}, ${user.emailVerifiedAt}::timestamptz, ${user.username},
        ${user.username === null ? null : usernameKey(user.username)}, ${user.firstName}, ${user.lastName},
        ${user.phoneNumber}, ${user.locale}, ${user.role}::user_role, ${JSON.stringify(user.metadata)}::jsonb, ${createdAt}, ${createdAt}
      RETURNING *
    ), p AS (
      INSERT INTO passwords (user_id, hash, pepper_id, changed_at)
      SELECT u.id, ${password?.hash ?? null}::text, ${password?.pepperId ?? null}::text, ${password?.changedAt ?? null}::timestamptz
      FROM u WHERE ${password !== null}::boolean
    )${grantRoles(user.accessRoles)}
    SELECT ${userColumns} FROM u`
}

/** A further part of the statement that gives the new user `u` roles; nothing if there are none. */
function grantRoles(names: readonly string[]): Prisma.Sql {
  if (names.length === 0) return Prisma.empty
  return Prisma.sql`, granted AS (
      INSERT INTO user_access_roles (user_id, role_id, tenant_id)
      SELECT u.id, r.id, u.tenant_id FROM u JOIN access_roles r ON r.tenant_id IS NULL OR r.tenant_id = u.tenant_id
      WHERE r.name = ANY(${[...names]})
    )`
}
