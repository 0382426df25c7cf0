import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { insertTenant } from './rows.ts'
import type { TestApp } from './test-app.ts'

export type Settings = Readonly<
  Record<string, string | number | boolean | readonly string[] | Readonly<Record<string, string>> | null>
>

/** A new tenant with settings; no process knows it yet. Returns its slug. */
export async function tenantWith({ database }: Pick<TestApp, 'database'>, settings: Settings) {
  const slug = await insertTenant(database)
  await database.client.tenant.update({ where: { slug }, data: { settings: toJson(settings) } })
  return slug
}

/** Writes settings into the database as another process would: this one learns the change by polling. */
export async function storeSettings({ client }: Database, slug: string, settings: Settings): Promise<void> {
  const { id: tenantId, version } = await client.tenant.update({
    where: { slug },
    data: { settings: toJson(settings), version: { increment: 1 } },
  })
  const recordedAt = new Date()
  const expiresAt = new Date(recordedAt.getTime() + 86_400_000)
  await client.revocation.create({
    data: { id: randomUUID(), kind: 'TENANT', tenantId, tenantVersion: version, recordedAt, expiresAt },
  })
}

function toJson(settings: Settings) {
  return JSON.parse(JSON.stringify(settings))
}
