import type { Passkey, PasskeyCredential } from '../../../../domain/factors/passkey.ts'
import type { OwnedPasskey, PasskeyStore, PasskeyUse } from '../../../../domain/factors/passkey-store.ts'
import type { User } from '../../../../domain/users/user.ts'
import { Prisma } from '../../generated/client.ts'
import { userColumns } from '../accounts/user-rows.ts'
import type { Queries } from '../queries.ts'

/** Columns of a Passkey; the alias of the table is `k`. */
const shownColumns = Prisma.sql`k.id, k.user_id AS "userId", k.name, k.aaguid, k.backed_up AS "backedUp",
  k.created_at AS "createdAt", k.last_used_at AS "lastUsedAt"`

/** Columns of a PasskeyCredential. A counter has 32 bits, which float8 represents exactly. */
const columns = Prisma.sql`${shownColumns}, k.credential_id AS "credentialId", k.public_key AS "publicKey",
  k.rp_id AS "rpId", k.sign_count::float8 AS "signCount", k.transports`

type KeyRow = Omit<PasskeyCredential, 'id' | 'userId' | 'createdAt' | 'credentialId'>
type OwnedRow = User &
  KeyRow & {
    readonly passkeyId: string
    readonly registeredAt: Date
    readonly slug: string
    readonly deviceEpoch: number
  }

export class PrismaPasskeyStore implements PasskeyStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async insert({ signCount, transports, ...passkey }: PasskeyCredential): Promise<boolean> {
    const inserted = await this.#queries.$executeRaw`
      INSERT INTO passkeys (id, user_id, credential_id, public_key, rp_id, sign_count, transports, aaguid, backed_up, name,
        created_at)
      VALUES (${passkey.id}::uuid, ${passkey.userId}::uuid, ${passkey.credentialId}::bytea, ${passkey.publicKey}::bytea,
        ${passkey.rpId}, ${signCount}::bigint, ${[...transports]}::text[], ${passkey.aaguid}::uuid,
        ${passkey.backedUp}, ${passkey.name}, ${passkey.createdAt}::timestamptz)
      ON CONFLICT (credential_id) WHERE removed_at IS NULL DO NOTHING`
    return inserted === 1
  }

  async list(userId: string): Promise<readonly PasskeyCredential[]> {
    return this.#queries.$queryRaw<PasskeyCredential[]>`
      SELECT ${columns} FROM passkeys k WHERE k.user_id = ${userId}::uuid AND k.removed_at IS NULL ORDER BY k.id`
  }

  async findByCredential(credentialId: Uint8Array<ArrayBuffer>): Promise<OwnedPasskey | null> {
    const [row] = await this.#queries.$queryRaw<OwnedRow[]>`
      SELECT ${userColumns}, u.device_epoch AS "deviceEpoch", t.slug, k.id AS "passkeyId", k.name, k.aaguid,
        k.backed_up AS "backedUp", k.created_at AS "registeredAt", k.last_used_at AS "lastUsedAt",
        k.public_key AS "publicKey", k.rp_id AS "rpId", k.sign_count::float8 AS "signCount", k.transports
      FROM passkeys k JOIN users u ON u.id = k.user_id JOIN tenants t ON t.id = u.tenant_id
      WHERE k.credential_id = ${credentialId}::bytea AND k.removed_at IS NULL AND t.active`
    return row === undefined ? null : toOwned(credentialId, row)
  }

  async noteUse(id: string, { at, signCount, backedUp }: PasskeyUse): Promise<boolean> {
    const noted = await this.#queries.$executeRaw`
      UPDATE passkeys SET sign_count = greatest(sign_count, ${signCount}::bigint), backed_up = ${backedUp},
        last_used_at = greatest(last_used_at, ${at}::timestamptz)
      WHERE id = ${id}::uuid AND removed_at IS NULL`
    return noted === 1
  }

  async rename({ id, userId }: { id: string; userId: string }, name: string): Promise<Passkey | null> {
    const [renamed] = await this.#queries.$queryRaw<Passkey[]>`
      UPDATE passkeys k SET name = ${name}
      WHERE k.id = ${id}::uuid AND k.user_id = ${userId}::uuid AND k.removed_at IS NULL RETURNING ${shownColumns}`
    return renamed ?? null
  }

  async remove({ id, userId }: { id: string; userId: string }, now: Date): Promise<Passkey | null> {
    const [removed] = await this.#queries.$queryRaw<Passkey[]>`
      UPDATE passkeys k SET removed_at = ${now}::timestamptz
      WHERE k.id = ${id}::uuid AND k.user_id = ${userId}::uuid AND k.removed_at IS NULL RETURNING ${shownColumns}`
    return removed ?? null
  }

  async countOther(rpId: string): Promise<number> {
    return this.#queries.passkey.count({ where: { rpId: { not: rpId }, removedAt: null } })
  }
}

function toOwned(credentialId: Uint8Array<ArrayBuffer>, row: OwnedRow): OwnedPasskey {
  const { passkeyId, registeredAt, slug, deviceEpoch, ...rest } = row
  const { name, aaguid, backedUp, lastUsedAt, publicKey, rpId, signCount, transports, ...owner } = rest
  const key = { name, aaguid, backedUp, lastUsedAt, publicKey, rpId, signCount, transports }
  const passkey = { ...key, id: passkeyId, userId: owner.id, credentialId, createdAt: registeredAt }
  return { passkey, owner, tenant: slug, deviceEpoch }
}
