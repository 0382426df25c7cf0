import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import {
  authTenantDocument,
  authTenantsDocument,
  createTenantDocument,
  setTenantActiveDocument,
  updateTenantDocument,
} from './operations.ts'
import { askAs, type SignedIn } from './people.ts'
import { auditWhere, tenantIdOf } from './rows.ts'
import type { TestApp } from './test-app.ts'

type Input = Readonly<Record<string, unknown>>
type Asker = Pick<SignedIn, 'accessToken'>

/** A slug that no other test uses. */
export function freshSlug(word = 'tenant'): string {
  return `${word}-${randomUUID().slice(0, 12)}`
}

/** The operations on tenants as a viewer calls them: each returns the result, or the extensions of the error. */
export function tenantCalls(test: TestApp) {
  const call = (document: string) => (viewer: Asker, input: Input) => askAs(test, viewer, document, { input })
  return {
    create: call(createTenantDocument),
    update: call(updateTenantDocument),
    setActive: call(setTenantActiveDocument),
    find: (viewer: Asker, slug?: string) => askAs(test, viewer, authTenantDocument, { slug }),
    list: (viewer: Asker, page: Input = {}) => askAs(test, viewer, authTenantsDocument, page),
  }
}

export type TenantCalls = ReturnType<typeof tenantCalls>

/** Creates a tenant by the API and returns its slug. */
export async function createTenant(test: TestApp, viewer: Asker, settings: Input = {}): Promise<string> {
  const slug = freshSlug()
  const result = await tenantCalls(test).create(viewer, { slug, name: 'Acme', settings })
  expect(result).toMatchObject({ __typename: 'CreateTenantSuccess' })
  return slug
}

/** The events about changes of a tenant in its own log and in that of the default tenant, oldest first. */
export async function tenantEvents(test: TestApp, slug: string) {
  const ownId = await tenantIdOf(test.database, slug)
  const found = await auditWhere(test.database, { type: { startsWith: 'TENANT_' } })
  const events = found.filter(({ details }) => details.tenant === slug)
  return {
    own: events.filter(({ tenantId }) => tenantId === ownId),
    ofDefault: events.filter(({ tenantId }) => tenantId !== ownId),
  }
}

/** The TENANT revocations of a tenant, oldest first. */
export async function tenantRevocations({ database }: TestApp, slug: string) {
  const tenantId = await tenantIdOf(database, slug)
  const where = { kind: 'TENANT', tenantId } as const
  const rows = await database.client.revocation.findMany({ where, orderBy: { recordedAt: 'asc' } })
  return rows.map(({ tenantVersion, issuedBefore }) => ({ tenantVersion, issuedBefore }))
}
