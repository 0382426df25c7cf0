import {
  type SigningAlgorithm,
  type StoredSigningKey,
  signingAlgorithms,
} from '../../domain/keys/signing-key.ts'
import type { SigningKeyStore } from '../../domain/keys/signing-key-store.ts'
import type { JsonObject } from '../../domain/users/user.ts'
import type { SigningKey } from './generated/client.ts'
import type { Queries } from './queries.ts'

export class PrismaSigningKeyStore implements SigningKeyStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
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
}

function toSigningKey(row: SigningKey): StoredSigningKey {
  const { id, algorithm, publicJwk, ...rest } = row
  return { ...rest, kid: id, algorithm: toAlgorithm(algorithm), publicJwk: toJwk(publicJwk) }
}

function toAlgorithm(text: string): SigningAlgorithm {
  const known = signingAlgorithms.find((algorithm) => algorithm === text)
  if (known === undefined) throw new Error(`A signing key names an unknown algorithm: ${text}`)
  return known
}

function toJwk(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A public JWK is not an object.')
  return { ...value }
}
