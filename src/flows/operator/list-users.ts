import type { TenantStore } from '../../domain/tenants/tenant-store.ts'
import type { User, UserRole } from '../../domain/users/user.ts'
import { normaliseEmail } from '../../lib/text/email-address.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { findNamedTenant } from './find-subject.ts'

export interface UserListFilter {
  readonly tenant: string | null
  /** The beginning of an address or username. */
  readonly search: string | null
  readonly role: UserRole | null
  readonly locked: boolean | null
  readonly active: boolean | null
}

export interface UserListPage {
  readonly limit: number
  /** Id of the last user of the page before; null: the newest users. */
  readonly after: string | null
}

/** A page of the users of a tenant, newest first. @throws InvalidInputProblem for an unknown tenant */
export function createListUsers(
  deps: Pick<FlowDeps, 'users' | 'clock'> & {
    readonly tenants: Pick<TenantStore, 'findById' | 'findBySlug'>
  },
) {
  return async function listUsers(
    { tenant: slug, search, ...filter }: UserListFilter,
    { limit, after }: UserListPage,
  ): Promise<readonly User[]> {
    const { id: tenantId } = await findNamedTenant(deps, slug)
    const text = search?.trim().normalize('NFC').toLowerCase() ?? ''
    const prefix = text === '' ? null : (normaliseEmail(text) ?? text)
    const query = { tenantId, prefix, accessRole: null, emailVerified: null, ...filter }
    return deps.users.list(query, { after, before: null, limit, from: 'newest' }, deps.clock.now())
  }
}
