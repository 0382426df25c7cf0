import { InvalidInputProblem } from '../../domain/problems.ts'
import { defaultTenantSlug, type Tenant } from '../../domain/tenants/tenant.ts'
import type { TenantStore } from '../../domain/tenants/tenant-store.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import { isUsername, usernameKey } from '../../domain/users/username.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import { normaliseEmail } from '../../lib/text/email-address.ts'
import { normaliseSlug } from '../../lib/text/slug.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** The account that an operator names. */
export interface NamedUser {
  /** Id, e-mail address or username. */
  readonly user: string
  /** Slug; null: the default tenant, or for an id that of the account. */
  readonly tenant: string | null
}

export type FindSubjectDeps = Pick<FlowDeps, 'users'> & {
  readonly tenants: Pick<TenantStore, 'findById' | 'findBySlug'>
}

/** The account with its tenant, also if one of them is deactivated. @throws InvalidInputProblem */
export async function findSubject(
  deps: FindSubjectDeps,
  { user: named, tenant: slug }: NamedUser,
): Promise<{ user: User; tenant: Tenant }> {
  if (isUuid(named)) {
    const user = await deps.users.findById(named)
    const tenant = user === null ? null : await deps.tenants.findById(user.tenantId)
    if (user === null || tenant === null) throw unknownUser()
    if (slug !== null && tenant.slug !== normaliseSlug(slug)) throw unknownUser()
    return { user, tenant }
  }
  const tenant = await findNamedTenant(deps, slug)
  const user = await findInTenant(deps, tenant, named)
  if (user === null) throw unknownUser()
  return { user, tenant }
}

/** @throws InvalidInputProblem */
export async function findNamedTenant(
  { tenants }: Pick<FindSubjectDeps, 'tenants'>,
  slug: string | null,
): Promise<Tenant> {
  const tenant = await tenants.findBySlug(normaliseSlug(slug ?? defaultTenantSlug))
  if (tenant === null) throw refused('tenant', 'NO_SUCH_TENANT', 'The tenant does not exist.')
  return tenant
}

/** The account, locked until the transaction ends. @throws InvalidInputProblem, also if its tenant is deactivated */
export async function lockNamed(
  stores: Stores,
  { user, tenant }: { readonly user: User; readonly tenant: Tenant },
): Promise<User> {
  if (!tenant.active)
    throw refused('tenant', 'TENANT_INACTIVE', 'The tenant is deactivated. Reactivate it first.')
  const [subject] = await stores.administration.lockAll([user.id])
  if (subject === undefined) throw unknownUser()
  return subject
}

export function refused(field: string, code: string, message: string): InvalidInputProblem {
  return new InvalidInputProblem([{ path: [field], code, message }])
}

async function findInTenant({ users }: FindSubjectDeps, tenant: Tenant, named: string): Promise<User | null> {
  if (!isUsername(named)) return users.findByEmail(tenant.id, normaliseEmail(named) ?? named)
  const found = await users.findForLogin(tenant.slug, { usernameKey: usernameKey(named) })
  return found?.user ?? null
}

export function unknownUser(): InvalidInputProblem {
  return refused('user', 'NO_SUCH_USER', 'There is no account with this id, address or username.')
}
