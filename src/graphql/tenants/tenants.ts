import { limits } from '../../domain/rate-limits/limits.ts'
import type { FoundTenant } from '../../flows/tenants/found-tenant.ts'
import { anyone, permitted } from '../edge/access.ts'
import { addConnection, addPageTypes } from '../edge/add-connection.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import { addTenantChanges } from './tenant-changes.ts'
import { addTenantSettings } from './tenant-settings.ts'

/** AuthTenant, the queries `authTenants` and `authTenant`, and the mutations on tenants. */
export function addTenants(builder: Builder): void {
  const { settings, settingsInput } = addTenantSettings(builder)
  const tenant = addTenant(builder, settings)
  addConnection(builder, {
    name: 'authTenants',
    description:
      'All tenants, newest first. Requires the permission tenants:read, which only administrators of the tenant `default` have.',
    page: addPageTypes(builder, { node: tenant, noun: 'tenant' }),
    access: permitted('tenants:read'),
    limit: limits.query,
    find: async ({ page, viewer, context }) => ({ rows: await context.flows.findTenants(page, viewer) }),
  })
  addQuery(builder, {
    name: 'authTenant',
    description:
      'A tenant by its slug; without a slug, your own. Null for every other tenant without the permission tenants:read, whether or not it exists, and for requests without valid credentials.',
    type: tenant,
    args: (arg) => ({
      slug: arg.string({
        description: 'Slug of the tenant. Whitespace around it and upper case are ignored.',
      }),
    }),
    access: anyone,
    limit: limits.query,
    resolve: ({ args, viewer, context }) => context.flows.findTenantOf(args.slug ?? null, viewer),
  })
  addTenantChanges(builder, { tenant, settingsInput })
}

export type TenantType = ReturnType<typeof addTenant>

function addTenant(builder: Builder, settings: ReturnType<typeof addTenantSettings>['settings']) {
  return builder.objectRef<FoundTenant>('AuthTenant').implement({
    description:
      'A separate set of users. The same e-mail address can have one account in each tenant. Users do not move between tenants.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Id of the tenant, the claim `tid` of access tokens.' }),
      slug: t.exposeString('slug', {
        description: 'Name of the tenant in arguments and configuration, in lower case. It never changes.',
      }),
      name: t.exposeString('name', { description: 'Display name.' }),
      active: t.exposeBoolean('active', {
        description:
          'Whether its users can sign in. False: no session and no API key of the tenant is accepted.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the tenant was created.' }),
      settings: t.expose('settings', {
        type: settings,
        nullable: true,
        description:
          'Settings of the tenant. Null without the permission settings:write in this tenant or tenants:read.',
      }),
      userCount: t.int({
        nullable: true,
        description:
          'Number of accounts. Null beyond 10 000, and without the permission settings:write in this tenant or tenants:read.',
        resolve: (tenant) => tenant.countUsers(),
      }),
    }),
  })
}
