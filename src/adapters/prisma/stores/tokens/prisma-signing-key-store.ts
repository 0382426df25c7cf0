import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import {
  type SigningAlgorithm,
  type StoredSigningKey,
  signingAlgorithms,
} from '../../../../domain/keys/signing-key.ts'
import type { SigningKeyStore } from '../../../../domain/keys/signing-key-store.ts'
import type { JsonObject } from '../../../../lib/text/json.ts'
import { type AuditTrail, noTrail } from '../../audit-trail.ts'
import { Prisma, type SigningKey } from '../../generated/client.ts'
import { insertAuditFrom, subjectOf } from '../audit/audit-rows.ts'
import type { Queries } from '../queries.ts'

export class PrismaSigningKeyStore implements SigningKeyStore {
  readonly managedOutside = false
  readonly #queries: Queries
  readonly #trail: AuditTrail

  constructor(queries: Queries, trail: AuditTrail = noTrail) {
    this.#queries = queries
    this.#trail = trail
  }

  async list(): Promise<readonly StoredSigningKey[]> {
    const rows = await this.#queries.signingKey.findMany({ orderBy: { createdAt: 'asc' } })
    return rows.map(toSigningKey)
  }

  async insertFirst(key: StoredSigningKey): Promise<boolean> {
    const inserted = await this.#queries.$executeRaw`
      INSERT INTO signing_keys (id, algorithm, public_jwk, sealed_private_jwk, state, created_at, activated_at, retires_at)
      VALUES (${key.kid}, ${key.algorithm}, ${JSON.stringify(key.publicJwk)}::jsonb, ${key.sealedPrivateJwk}::bytea,
        'CURRENT', ${key.createdAt}::timestamptz, ${key.activatedAt}::timestamptz, NULL)
      ON CONFLICT DO NOTHING`
    return inserted === 1
  }

  async replaceNext(
    key: StoredSigningKey,
    seenKid: string | null,
    audit: AuditEvent | null,
  ): Promise<boolean> {
    const audited =
      audit === null
        ? Prisma.empty
        : Prisma.sql`, audited AS (${insertAuditFrom(Prisma.sql`inserted`, audit, subjectOf(audit))})`
    const inserted = await this.#queries.$queryRaw<{ id: string }[]>`
      WITH removed AS (
        DELETE FROM signing_keys WHERE id = ${seenKid} AND state = 'NEXT' RETURNING id
      ), inserted AS (
        INSERT INTO signing_keys (id, algorithm, public_jwk, sealed_private_jwk, state, created_at)
        SELECT ${key.kid}, ${key.algorithm}, ${JSON.stringify(key.publicJwk)}::jsonb, ${key.sealedPrivateJwk}::bytea,
          'NEXT', ${key.createdAt}::timestamptz
        WHERE (SELECT count(*) FROM removed) = ${seenKid === null ? 0 : 1}
        ON CONFLICT DO NOTHING RETURNING id
      )${audited}
      SELECT id FROM inserted`
    if (audit !== null) await this.#trail.note([audit])
    return inserted.length === 1
  }

  async planNext(kid: string, activatesAt: Date, audit: AuditEvent): Promise<void> {
    await this.#queries.$executeRaw`
      WITH planned AS (
        UPDATE signing_keys SET activated_at = ${activatesAt}::timestamptz
        WHERE id = ${kid} AND state = 'NEXT' AND (activated_at IS NULL OR activated_at > ${activatesAt}::timestamptz)
        RETURNING id
      )
      ${insertAuditFrom(Prisma.sql`planned`, audit, subjectOf(audit))}`
    await this.#trail.note([audit])
  }

  async promote(change: Parameters<SigningKeyStore['promote']>[0]): Promise<boolean> {
    const { nextKid, currentKid, now, retiresAt, audit } = change
    const promoted = await this.#queries.$queryRaw<{ id: string }[]>`
      WITH locked AS (
        SELECT id FROM signing_keys WHERE id = ${nextKid} AND state = 'NEXT' FOR UPDATE
      ), retired AS (
        UPDATE signing_keys SET state = 'RETIRING', retires_at = ${retiresAt}::timestamptz
        WHERE id = ${currentKid} AND state = 'CURRENT' AND (SELECT count(*) FROM locked) = 1
        RETURNING id
      ), promoted AS (
        UPDATE signing_keys SET state = 'CURRENT', activated_at = ${now}::timestamptz
        WHERE id = ${nextKid} AND state = 'NEXT' AND (SELECT count(*) FROM retired) = 1
        RETURNING id
      ), audited AS (${insertAuditFrom(Prisma.sql`promoted`, audit, subjectOf(audit))})
      SELECT id FROM promoted`
    await this.#trail.note([audit])
    return promoted.length === 1
  }

  async removeRetired(now: Date): Promise<readonly string[]> {
    const removed = await this.#queries.$queryRaw<{ id: string }[]>`
      DELETE FROM signing_keys WHERE state = 'RETIRING' AND retires_at < ${now}::timestamptz RETURNING id`
    return removed.map(({ id }) => id)
  }

  async reseal(
    kid: string,
    seen: Uint8Array<ArrayBuffer>,
    sealed: Uint8Array<ArrayBuffer>,
  ): Promise<boolean> {
    const changed = await this.#queries.$executeRaw`
      UPDATE signing_keys SET sealed_private_jwk = ${sealed}::bytea
      WHERE id = ${kid} AND sealed_private_jwk = ${seen}::bytea`
    return changed === 1
  }

  async repair(
    key: Parameters<SigningKeyStore['repair']>[0],
    seen: Uint8Array<ArrayBuffer>,
  ): Promise<boolean> {
    const repaired = await this.#queries.$executeRaw`
      UPDATE signing_keys SET algorithm = ${key.algorithm}, public_jwk = ${JSON.stringify(key.publicJwk)}::jsonb,
        sealed_private_jwk = ${key.sealedPrivateJwk}::bytea
      WHERE id = ${key.kid} AND sealed_private_jwk = ${seen}::bytea`
    return repaired === 1
  }

  async insert(key: StoredSigningKey): Promise<boolean> {
    const inserted = await this.#queries.$executeRaw`
      INSERT INTO signing_keys (id, algorithm, public_jwk, sealed_private_jwk, state, created_at, activated_at, retires_at)
      VALUES (${key.kid}, ${key.algorithm}, ${JSON.stringify(key.publicJwk)}::jsonb, ${key.sealedPrivateJwk}::bytea,
        ${key.state}::signing_key_state, ${key.createdAt}::timestamptz, ${key.activatedAt}::timestamptz,
        ${key.retiresAt}::timestamptz)
      ON CONFLICT DO NOTHING`
    return inserted === 1
  }
}

function toSigningKey(row: SigningKey): StoredSigningKey {
  const { id, algorithm, publicJwk, ...rest } = row
  return { ...rest, kid: id, algorithm: toAlgorithm(algorithm), publicJwk: toJwk(publicJwk) }
}

function toAlgorithm(text: string): SigningAlgorithm {
  const known = signingAlgorithms.find((algorithm) => algorithm === text)
  if (known === undefined) throw new Error(`A row of signing_keys has an unknown algorithm: ${text}.`)
  return known
}

function toJwk(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A row of signing_keys has a public_jwk that is not a JSON object.')
  return { ...value }
}
