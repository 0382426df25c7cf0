import type { FactorChange, FactorKind } from '../../../../domain/factors/factor-change.ts'
import type { FactorChangeStore } from '../../../../domain/factors/factor-change-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'

type Added = Extract<FactorChange, { change: 'ADDED' }>

const tables: Readonly<Record<FactorKind, Prisma.Sql>> = {
  TOTP: Prisma.sql`totp_secrets`,
  PASSKEY: Prisma.sql`passkeys`,
}

export class PrismaFactorChangeStore implements FactorChangeStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async takeBack(userId: string, change: FactorChange, now: Date): Promise<boolean> {
    if (change.change === 'ADDED') return this.#takeBackAddition(userId, change)
    return change.factor === 'TOTP'
      ? this.#restoreTotp(userId, change.id, now)
      : this.#restorePasskey(userId, change.id)
  }

  async removeAll(userId: string, now: Date): Promise<number> {
    await this.#queries.recoveryCode.deleteMany({ where: { userId } })
    // An unconfirmed secret was never in use.
    await this.#queries.totpSecret.deleteMany({ where: { userId, confirmedAt: null } })
    const inUse = { where: { userId, removedAt: null }, data: { removedAt: now } }
    const apps = await this.#queries.totpSecret.updateMany(inUse)
    const passkeys = await this.#queries.passkey.updateMany(inUse)
    return apps.count + passkeys.count
  }

  async purgeRemoved(removedBefore: Date, limit: number): Promise<number> {
    const apps = await this.#purge(tables.TOTP, removedBefore, limit)
    return apps + (await this.#purge(tables.PASSKEY, removedBefore, limit - apps))
  }

  async #takeBackAddition(userId: string, { factor, id, replaced }: Added): Promise<boolean> {
    const [added] = await this.#queries.$queryRaw<{ inUse: boolean }[]>`
      DELETE FROM ${tables[factor]} WHERE id = ${id}::uuid AND user_id = ${userId}::uuid
      RETURNING removed_at IS NULL AS "inUse"`
    if (added === undefined) return false
    if (added.inUse && replaced !== null) await this.#restore(factor, userId, replaced)
    else if (!added.inUse) await this.#passOn(userId, id, replaced)
    return true
  }

  async #restoreTotp(userId: string, id: string, now: Date): Promise<boolean> {
    // Two statements: the index that allows one confirmed secret is checked row by row.
    await this.#queries.$executeRaw`
      UPDATE totp_secrets SET removed_at = ${now}::timestamptz
      WHERE user_id = ${userId}::uuid AND confirmed_at IS NOT NULL AND removed_at IS NULL
        AND EXISTS (SELECT 1 FROM totp_secrets r WHERE ${isRemoved(Prisma.sql`r`, userId, id)})`
    return this.#restore('TOTP', userId, id)
  }

  /** The same passkey may have been registered again. */
  async #restorePasskey(userId: string, id: string): Promise<boolean> {
    const restored = await this.#queries.$executeRaw`
      UPDATE passkeys p SET removed_at = NULL WHERE ${isRemoved(Prisma.sql`p`, userId, id)}
        AND NOT EXISTS (SELECT 1 FROM passkeys o WHERE o.credential_id = p.credential_id AND o.removed_at IS NULL)`
    return restored === 1
  }

  async #restore(factor: FactorKind, userId: string, id: string): Promise<boolean> {
    const restored = await this.#queries.$executeRaw`
      UPDATE ${tables[factor]} f SET removed_at = NULL WHERE ${isRemoved(Prisma.sql`f`, userId, id)}`
    return restored === 1
  }

  /** A later change that replaced this factor restores, if it is taken back, the one before it. */
  async #passOn(userId: string, id: string, replaced: string | null): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE one_time_tokens SET factor_change = jsonb_set(factor_change, '{replaced}', ${JSON.stringify(replaced)}::jsonb)
      WHERE user_id = ${userId}::uuid AND purpose = 'UNDO_FACTOR_CHANGE' AND consumed_at IS NULL
        AND factor_change ->> 'replaced' = ${id}`
  }

  async #purge(table: Prisma.Sql, removedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM ${table} WHERE id IN (
        SELECT id FROM ${table} WHERE removed_at < ${removedBefore}::timestamptz LIMIT ${limit}
      )`
  }
}

/** `of`: alias of the table. */
function isRemoved(of: Prisma.Sql, userId: string, id: string): Prisma.Sql {
  return Prisma.sql`${of}.id = ${id}::uuid AND ${of}.user_id = ${userId}::uuid AND ${of}.removed_at IS NOT NULL`
}
