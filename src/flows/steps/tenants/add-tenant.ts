import { z } from 'zod'
import { accessRolesOf } from '../../../domain/access/owner-access.ts'
import { looksLikeLink } from '../../../domain/mail/link-lookalike.ts'
import { ownOrigin } from '../../../domain/origin/origin.ts'
import { NameTakenProblem } from '../../../domain/problems.ts'
import { applySettings } from '../../../domain/tenants/apply-settings.ts'
import { isAllowedDomain } from '../../../domain/tenants/registration-policy.ts'
import { storedSettings } from '../../../domain/tenants/setting-differences.ts'
import type { SettingBounds } from '../../../domain/tenants/setting-faults.ts'
import type { Tenant } from '../../../domain/tenants/tenant.ts'
import { readSettings } from '../../../domain/tenants/tenant-settings.ts'
import { isReservedSlug } from '../../../domain/tenants/tenant-slug.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { Services } from '../../services.ts'
import { email } from '../input.ts'
import { post } from '../mails/post-mail.ts'
import { recordTenantEdit, type TenantEdit } from './tenant-edit.ts'
import { newTenantSlug, settingChanges, tenantName } from './tenant-input.ts'

/** The rules of a new tenant. */
export function newTenantRules(bounds: SettingBounds) {
  const { configured, sendsMail } = bounds
  return z
    .object({
      slug: newTenantSlug,
      name: tenantName,
      settings: settingChanges(readSettings({}), bounds),
      administratorEmail: email.nullish().refine((address) => address == null || sendsMail, {
        message:
          'This installation sends no mail (MAIL=off). Create the tenant without it, then use users import.',
        params: { code: 'REQUIRES_MAIL' },
      }),
    })
    .superRefine(({ settings, administratorEmail }, context) => {
      if (settings === null || administratorEmail == null) return
      if (isAllowedDomain(applySettings(configured, settings.after).registration, administratorEmail)) return
      context.addIssue({
        code: 'custom',
        path: ['administratorEmail'],
        message: 'The domain is not one of registrationDomains. Use another address, or add the domain.',
        params: { code: 'DOMAIN_NOT_ALLOWED' },
      })
    })
}

export type NewTenantInput = z.input<ReturnType<typeof newTenantRules>>
type NewTenant = z.output<ReturnType<typeof newTenantRules>>

export type AddTenantDeps = Pick<Services, 'ids' | 'mails'>

/** A change in a transaction that can also create an account. */
type NewTenantEdit = TenantEdit & {
  readonly stores: Pick<Stores, 'accounts' | 'userAccess' | 'oneTimeTokens' | 'mail'>
}

/**
 * Creates a tenant, and its first administrator if the input names one. No process can have a copy of the tenant yet, so there is no
 * revocation. Wake the courier after the commit.
 * @throws NameTakenProblem for a slug that is reserved or taken
 */
export async function addTenant(
  deps: AddTenantDeps,
  edit: NewTenantEdit,
  { slug, name, settings, administratorEmail = null }: NewTenant,
): Promise<Tenant> {
  if (isReservedSlug(slug)) throw new NameTakenProblem('This slug is reserved. Choose another one.')
  const stored = settings === null ? {} : storedSettings({}, settings.changes, settings.after)
  const state = { active: true, createdAt: edit.now, accessFrom: null, version: 0 }
  const tenant: Tenant = { id: deps.ids.next(), slug, name, settings: stored, ...state }
  if (!(await edit.stores.tenants.insert(tenant)))
    throw new NameTakenProblem('A tenant with this slug exists. Choose another one.')
  const administrator = administratorEmail !== null
  await recordTenantEdit(edit, 'TENANT_CREATED', tenant, { name, settings: stored, administrator })
  if (administrator) await addAdministrator(deps, edit, tenant, administratorEmail)
  return tenant
}

/**
 * An account without a password. The link in its mail sets one, which proves the address. Its event does not say who created it, as
 * that of the tenant.
 */
async function addAdministrator(
  { ids, mails }: AddTenantDeps,
  { stores, audit, actor: { origin }, now }: NewTenantEdit,
  tenant: Tenant,
  address: string,
): Promise<void> {
  const defaults = await stores.userAccess.findDefaults(tenant.id)
  const profile = { username: null, firstName: null, lastName: null, phoneNumber: null, locale: null }
  const user = await stores.accounts.insert(
    {
      id: ids.next(),
      tenantId: tenant.id,
      email: address,
      emailVerifiedAt: null,
      ...profile,
      role: 'ADMIN',
      accessRoles: accessRolesOf(defaults),
      metadata: {},
      createdAt: now,
    },
    null,
  )
  const subject = { tenantId: tenant.id, userId: user.id, reason: 'FIRST_ADMINISTRATOR' }
  await stores.audit.append(
    audit.event('USER_REGISTERED', ownOrigin(origin.requestId), { ...subject, details: { role: user.role } }),
  )
  const shown = looksLikeLink(tenant.name) ? tenant.slug : tenant.name
  await post(stores, mails(origin).administratorInvited(user, shown))
}
