import type {
  AdministrationStore,
  AdministratorsLock,
} from '../../../../domain/users/administration-store.ts'
import type { User, UserRole } from '../../../../domain/users/user.ts'
import type { JsonObject } from '../../../../lib/text/json.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { isActiveTenant } from '../tenant-access.ts'
import { userColumns } from './user-rows.ts'

const nextTokenVersion = Prisma.sql`token_version = u.token_version + 1`

export class PrismaAdministrationStore implements AdministrationStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async lockAll(userIds: readonly string[]): Promise<readonly User[]> {
    return this.#queries.$queryRaw<User[]>`
      SELECT ${userColumns} FROM users u WHERE u.id = ANY(${[...userIds]}::uuid[]) AND ${isActiveTenant(Prisma.sql`u.tenant_id`)}
      ORDER BY u.id FOR UPDATE OF u`
  }

  async setRole(userId: string, role: UserRole, now: Date): Promise<User | null> {
    return this.#update(userId, now, Prisma.sql`role = ${role}::user_role, ${nextTokenVersion}`)
  }

  async raiseTokenVersion(userId: string, now: Date): Promise<User | null> {
    return this.#update(userId, now, nextTokenVersion)
  }

  async setMetadata(userId: string, metadata: JsonObject, now: Date): Promise<User | null> {
    return this.#update(userId, now, Prisma.sql`metadata = ${JSON.stringify(metadata)}::jsonb`)
  }

  async setActive(userId: string, active: boolean, now: Date): Promise<User | null> {
    return this.#update(
      userId,
      now,
      active ? Prisma.sql`active = TRUE` : Prisma.sql`active = FALSE, ${nextTokenVersion}`,
    )
  }

  async setPasswordExpiry(userId: string, expiresAt: Date | null): Promise<boolean> {
    const data = { expiresAt, remindedAt: null }
    return (await this.#queries.password.updateMany({ where: { userId }, data })).count === 1
  }

  async lock(userId: string, { until, reason }: AdministratorsLock, now: Date): Promise<User | null> {
    const lock = Prisma.sql`locked_at = ${now}::timestamptz, locked_until = ${until}::timestamptz, lock_reason = ${reason}`
    return this.#update(userId, now, Prisma.sql`${lock}, ${nextTokenVersion}`)
  }

  async unlock(userId: string, now: Date): Promise<User | null> {
    return this.#update(userId, now, Prisma.sql`locked_at = NULL, locked_until = NULL, lock_reason = NULL`)
  }

  async resetFactors(userId: string, enrolBy: Date | null, now: Date): Promise<User | null> {
    const choices = Prisma.sql`second_step_chosen = FALSE, enrol_factor_by = ${enrolBy}::timestamptz`
    return this.#update(userId, now, Prisma.sql`${choices}, ${nextTokenVersion}`)
  }

  async isLastAdministrator(user: Pick<User, 'id' | 'tenantId'>, now: Date): Promise<boolean> {
    const administrators = await this.#queries.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM users u
      WHERE u.tenant_id = ${user.tenantId}::uuid AND u.role = 'ADMIN' AND u.active
        AND (u.id = ${user.id}::uuid OR u.locked_at IS NULL OR u.locked_until <= ${now}::timestamptz)
      ORDER BY u.id FOR UPDATE`
    return administrators.length === 1 && administrators[0]?.id === user.id
  }

  async #update(userId: string, now: Date, changes: Prisma.Sql): Promise<User | null> {
    const [user] = await this.#queries.$queryRaw<User[]>`
      UPDATE users u SET ${changes}, updated_at = ${now}::timestamptz WHERE u.id = ${userId}::uuid RETURNING ${userColumns}`
    return user ?? null
  }
}
