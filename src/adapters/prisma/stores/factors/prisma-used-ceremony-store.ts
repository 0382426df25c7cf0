import type { PasskeyCeremony } from '../../../../domain/factors/passkey-ceremony.ts'
import type { UsedCeremonyStore } from '../../../../domain/factors/used-ceremony-store.ts'
import type { Queries } from '../queries.ts'

export class PrismaUsedCeremonyStore implements UsedCeremonyStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async use({ id, expiresAt }: Pick<PasskeyCeremony, 'id' | 'expiresAt'>): Promise<boolean> {
    const used = await this.#queries.$executeRaw`
      INSERT INTO used_ceremonies (id, expires_at) VALUES (${id}::uuid, ${expiresAt}::timestamptz)
      ON CONFLICT (id) DO NOTHING`
    return used === 1
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM used_ceremonies WHERE id IN (
        SELECT id FROM used_ceremonies WHERE expires_at < ${expiredBefore}::timestamptz LIMIT ${limit})`
  }
}
