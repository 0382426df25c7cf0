import type { StoredPassword } from '../../../../domain/passwords/password.ts'
import type { User } from '../../../../domain/users/user.ts'
import type { LoginCandidate, UserQuery, UserStore } from '../../../../domain/users/user-store.ts'
import type { StorePage } from '../../../../lib/collections/store-page.ts'
import { Prisma } from '../../generated/client.ts'
import {
  joinedTotp,
  type SecondStepRow,
  secondStepColumns,
  toSecondStepFactors,
} from '../factors/prisma-factor-store.ts'
import { type FilledStatement, FixedStatement } from '../fixed-statement.ts'
import { newestFirst } from '../keyset-page.ts'
import type { FrequentQueries, Queries } from '../queries.ts'
import { matchingUsers, selectUserPage } from './user-page.ts'
import { userColumns } from './user-rows.ts'

type CandidateRow = User &
  PasswordRow &
  SecondStepRow &
  Pick<LoginCandidate, 'deviceEpoch' | 'factorVersion' | 'passwordExpiresAt'>

interface PasswordRow {
  readonly hash: string | null
  readonly pepperId: string | null
  readonly changedAt: Date | null
}

const candidateByEmail = new FixedStatement<{ tenantSlug: string; email: string }>((value) =>
  selectCandidate(Prisma.sql`t.slug = ${value('tenantSlug')} AND u.email = ${value('email')}`),
)
const candidateByUsername = new FixedStatement<{ tenantSlug: string; usernameKey: string }>((value) =>
  selectCandidate(Prisma.sql`t.slug = ${value('tenantSlug')} AND u.username_key = ${value('usernameKey')}`),
)
const candidateById = new FixedStatement<{ userId: string }>((value) =>
  selectCandidate(Prisma.sql`u.id = ${value('userId')}::uuid`),
)

function selectCandidate(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT ${userColumns}, p.hash, p.pepper_id AS "pepperId", p.changed_at AS "changedAt",
      p.expires_at AS "passwordExpiresAt", u.device_epoch AS "deviceEpoch",
      u.factor_version AS "factorVersion", ${secondStepColumns}
    FROM tenants t JOIN users u ON u.tenant_id = t.id LEFT JOIN passwords p ON p.user_id = u.id ${joinedTotp}
    WHERE t.active AND ${condition}`
}

export class PrismaUserStore implements UserStore {
  readonly #queries: Queries
  readonly #frequent: FrequentQueries

  constructor(queries: Queries, frequent: FrequentQueries) {
    this.#queries = queries
    this.#frequent = frequent
  }

  async findForLogin(tenantSlug: string, identifier: { email: string } | { usernameKey: string }) {
    return this.#findCandidate(
      'email' in identifier
        ? candidateByEmail.fill({ tenantSlug, email: identifier.email })
        : candidateByUsername.fill({ tenantSlug, usernameKey: identifier.usernameKey }),
    )
  }

  async findCandidate(userId: string): Promise<LoginCandidate | null> {
    return this.#findCandidate(candidateById.fill({ userId }))
  }

  async #findCandidate(statement: FilledStatement): Promise<LoginCandidate | null> {
    const [row] = await this.#frequent.run<CandidateRow>(statement)
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
    return this.#frequent.run<User>(
      Prisma.sql`SELECT ${userColumns} FROM users u WHERE u.id = ANY(${[...ids]}::uuid[])`,
    )
  }

  async findPassword(userId: string): Promise<StoredPassword | null> {
    return this.#queries.password.findUnique({
      where: { userId },
      select: { hash: true, pepperId: true, changedAt: true },
    })
  }

  async isUsernameTaken(tenantId: string, key: string): Promise<boolean> {
    const where = { tenantId_usernameKey: { tenantId, usernameKey: key } }
    return (await this.#queries.user.findUnique({ where, select: { id: true } })) !== null
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

  async list(query: UserQuery, page: StorePage, now: Date): Promise<readonly User[]> {
    return newestFirst(await this.#queries.$queryRaw<User[]>(selectUserPage(query, page, now)), page)
  }

  async count(query: UserQuery, max: number, now: Date): Promise<number> {
    const [row] = await this.#queries.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM (SELECT 1 FROM ${matchingUsers(query, now)} LIMIT ${max}) AS counted`
    return row?.total ?? 0
  }
}

function toCandidate(row: CandidateRow): LoginCandidate {
  const { hash, pepperId, changedAt, ...others } = row
  const { deviceEpoch, factorVersion, passwordExpiresAt, ...rest } = others
  const { totpConfirmedAt, totpLastUsedAt, totpFailures, passkeyCount, secondStepChosen, enrolBy, ...user } =
    rest
  const step = { totpConfirmedAt, totpLastUsedAt, totpFailures, passkeyCount, secondStepChosen, enrolBy }
  const candidate = {
    user,
    deviceEpoch,
    factorVersion,
    passwordExpiresAt,
    factors: toSecondStepFactors(step),
  }
  if (hash === null || changedAt === null) return { ...candidate, password: null }
  return { ...candidate, password: { hash, pepperId, changedAt } }
}
