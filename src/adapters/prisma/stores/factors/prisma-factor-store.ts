import {
  type FactorStore,
  type FactorSummary,
  noFactors,
  type OwnedFactorSummary,
  type SecondStepFactors,
} from '../../../../domain/factors/factor-summary.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { isRememberedAt } from './prisma-remembered-device-store.ts'

/** What decides on the second step; the aliases are `u` for users and `f` for the confirmed secret. */
export const secondStepColumns = Prisma.sql`f.confirmed_at AS "totpConfirmedAt", f.last_used_at AS "totpLastUsedAt",
  f.failures AS "totpFailures",
  u.second_step_chosen AS "secondStepChosen", u.enrol_factor_by AS "enrolBy", (
    SELECT count(*)::int FROM passkeys k WHERE k.user_id = u.id AND k.removed_at IS NULL
  ) AS "passkeyCount"`

/** Joins the confirmed secret of a user; at most one row, by its unique index. */
export const joinedTotp = Prisma.sql`LEFT JOIN totp_secrets f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL
  AND f.removed_at IS NULL`

export interface SecondStepRow extends Omit<SecondStepFactors, 'totp'> {
  readonly totpConfirmedAt: Date | null
  readonly totpLastUsedAt: Date | null
  readonly totpFailures: number | null
}

type SummaryRow = SecondStepRow &
  Pick<OwnedFactorSummary, 'tenantId' | 'role' | 'recoveryCodesLeft' | 'rememberedDevices'>

export class PrismaFactorStore implements FactorStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async summaryOf(userId: string, now: Date): Promise<FactorSummary> {
    return (await this.summariesOf([userId], now)).get(userId) ?? noFactors
  }

  async summariesOf(userIds: readonly string[], now: Date): Promise<ReadonlyMap<string, OwnedFactorSummary>> {
    const rows = await this.#queries.$queryRaw<(SummaryRow & { id: string })[]>`
      SELECT u.id, u.tenant_id AS "tenantId", u.role, ${secondStepColumns}, (
        SELECT count(*)::int FROM recovery_codes c WHERE c.user_id = u.id AND c.used_at IS NULL
      ) AS "recoveryCodesLeft", (
        SELECT count(*)::int FROM remembered_devices d WHERE d.user_id = u.id AND ${isRememberedAt(now)}
      ) AS "rememberedDevices"
      FROM users u ${joinedTotp} WHERE u.id = ANY(${[...userIds]}::uuid[])`
    return new Map(rows.map(({ id, ...row }) => [id, toSummary(row)]))
  }
}

function toSummary({
  tenantId,
  role,
  recoveryCodesLeft,
  rememberedDevices,
  ...row
}: SummaryRow): OwnedFactorSummary {
  return { ...toSecondStepFactors(row), tenantId, role, recoveryCodesLeft, rememberedDevices }
}

export function toSecondStepFactors({
  totpConfirmedAt: confirmedAt,
  totpLastUsedAt: lastUsedAt,
  totpFailures,
  passkeyCount,
  secondStepChosen,
  enrolBy,
}: SecondStepRow) {
  const totp = confirmedAt === null ? null : { confirmedAt, lastUsedAt, failures: totpFailures ?? 0 }
  return { totp, passkeyCount, secondStepChosen, enrolBy }
}
