import { maxRememberedDevices, type RememberedDevice } from '../../../../domain/factors/remembered-device.ts'
import type { RememberedDeviceStore } from '../../../../domain/factors/remembered-device-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { acceptsFromOwner } from '../tenant-access.ts'

/** Whether a device `d` is remembered at that time. */
export function isRememberedAt(now: Date): Prisma.Sql {
  const accepted = acceptsFromOwner(Prisma.sql`d.user_id`, Prisma.sql`d.created_at`)
  return Prisma.sql`d.expires_at > ${now}::timestamptz AND ${accepted}`
}

export class PrismaRememberedDeviceStore implements RememberedDeviceStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async insert({ id, userId, digest, createdAt, expiresAt }: RememberedDevice): Promise<void> {
    await this.#queries.$executeRaw`
      WITH superfluous AS (
        DELETE FROM remembered_devices WHERE id IN (
          SELECT id FROM remembered_devices WHERE user_id = ${userId}::uuid
          ORDER BY id DESC OFFSET ${maxRememberedDevices - 1}::int
        )
      )
      INSERT INTO remembered_devices (id, user_id, digest, created_at, expires_at)
      VALUES (${id}::uuid, ${userId}::uuid, ${digest}::bytea, ${createdAt}::timestamptz, ${expiresAt}::timestamptz)`
  }

  async isRemembered(
    userId: string,
    digests: readonly Uint8Array<ArrayBuffer>[],
    now: Date,
  ): Promise<boolean> {
    const found = await this.#queries.$queryRaw<{ id: string }[]>`
      SELECT d.id FROM remembered_devices d
      WHERE d.user_id = ${userId}::uuid AND d.digest = ANY(${[...digests]}::bytea[]) AND ${isRememberedAt(now)} LIMIT 1`
    return found.length > 0
  }

  async removeAll(userId: string, now: Date): Promise<number> {
    const removed = await this.#queries.$queryRaw<{ live: boolean }[]>`
      DELETE FROM remembered_devices WHERE user_id = ${userId}::uuid
      RETURNING expires_at > ${now}::timestamptz AS live`
    return removed.filter(({ live }) => live).length
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM remembered_devices WHERE id IN (
        SELECT id FROM remembered_devices WHERE expires_at < ${expiredBefore}::timestamptz LIMIT ${limit}
      )`
  }
}
