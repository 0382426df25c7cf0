import type { StoredPassword } from '../../../domain/passwords/password.ts'
import type { Tenant } from '../../../domain/tenants/tenant.ts'
import type { User } from '../../../domain/users/user.ts'
import type { ChangedAccount, LoginCandidate, NewUser, UserStore } from '../../../domain/users/user-store.ts'
import { usernameKey } from '../../../domain/users/username.ts'
import { Prisma } from '../generated/client.ts'
import { assertUnreserved } from './email-reservations.ts'
import type { Queries } from './queries.ts'
import { takenProblem } from './taken-problem.ts'
import { userColumns } from './user-rows.ts'

type CandidateRow = User &
  PasswordRow &
  Pick<Tenant, 'slug' | 'passwordPolicy'> &
  Pick<LoginCandidate, 'deviceEpoch'>

interface PasswordRow {
  readonly hash: string | null
  readonly pepperId: string | null
  readonly changedAt: Date | null
}

export class PrismaUserStore implements UserStore {
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

  async findForLogin(tenantSlug: string, identifier: { email: string } | { usernameKey: string }) {
    const which =
      'email' in identifier
        ? Prisma.sql`u.email = ${identifier.email}`
        : Prisma.sql`u.username_key = ${identifier.usernameKey}`
    const [row] = await this.#queries.$queryRaw<CandidateRow[]>`
      SELECT ${userColumns}, p.hash, p.pepper_id AS "pepperId", p.changed_at AS "changedAt", t.slug,
        t.password_policy AS "passwordPolicy", u.device_epoch AS "deviceEpoch"
      FROM tenants t JOIN users u ON u.tenant_id = t.id LEFT JOIN passwords p ON p.user_id = u.id
      WHERE t.slug = ${tenantSlug} AND ${which}`
    return row === undefined ? null : toCandidate(row)
  }

  async findByEmail(tenantId: string, email: string): Promise<User | null> {
    const [user] = await this.#queries.$queryRaw<User[]>`
      SELECT ${userColumns} FROM users u WHERE u.tenant_id = ${tenantId}::uuid AND u.email = ${email}`
    return user ?? null
  }

  async findById(id: string): Promise<User | null> {
    const [user] = await this.findByIds([id])
    return user ?? null
  }

  async findByIds(ids: readonly string[]): Promise<readonly User[]> {
    return this.#queries.$queryRaw<
      User[]
    >`SELECT ${userColumns} FROM users u WHERE u.id = ANY(${[...ids]}::uuid[])`
  }

  async findPassword(userId: string): Promise<StoredPassword | null> {
    return this.#queries.password.findUnique({
      where: { userId },
      select: { hash: true, pepperId: true, changedAt: true },
    })
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
          changed_at = EXCLUDED.changed_at, reminded_at = NULL
      )
      SELECT u.token_version AS "tokenVersion", u.device_epoch AS "deviceEpoch" FROM u`
    return changed ?? null
  }

  async rehashPassword(userId: string, seenHash: string, password: StoredPassword): Promise<void> {
    const { hash, pepperId } = password
    await this.#queries.password.updateMany({ where: { userId, hash: seenHash }, data: { hash, pepperId } })
  }
}

function insertUser(user: NewUser, password: StoredPassword | null): Prisma.Sql {
  const createdAt = Prisma.sql`${user.createdAt}::timestamptz`
  return Prisma.sql`
    WITH u AS (
      INSERT INTO users (id, tenant_id, email, email_verified_at, username, username_key, pending_username, first_name, last_name,
        phone_number, role, created_at, updated_at)
      SELECT ${user.id}::uuid, ${user.tenantId}::uuid, ${user.email}, ${user.emailVerifiedAt}::timestamptz, ${user.username},
        ${user.username === null ? null : usernameKey(user.username)}, ${user.pendingUsername}, ${user.firstName}, ${user.lastName},
        ${user.phoneNumber}, ${user.role}::user_role, ${createdAt}, ${createdAt}
      RETURNING *
    ), p AS (
      INSERT INTO passwords (user_id, hash, pepper_id, changed_at)
      SELECT u.id, ${password?.hash ?? null}::text, ${password?.pepperId ?? null}::text, ${password?.changedAt ?? null}::timestamptz
      FROM u WHERE ${password !== null}::boolean
    )
    SELECT ${userColumns} FROM u`
}

function toCandidate(row: CandidateRow): LoginCandidate {
  const { hash, pepperId, changedAt, slug, passwordPolicy, deviceEpoch, ...user } = row
  const tenant = { slug, passwordPolicy }
  if (hash === null || changedAt === null) return { user, tenant, deviceEpoch, password: null }
  return { user, tenant, deviceEpoch, password: { hash, pepperId, changedAt } }
}
