import type { InputRef } from '@pothos/core'
import {
  InvalidInputProblem,
  NameTakenProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { SettingChanges } from '../../domain/tenants/setting-faults.ts'
import type { FoundTenant } from '../../flows/tenants/found-tenant.ts'
import type { TenantActivity } from '../../flows/tenants/set-tenant-active.ts'
import { permittedUser } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { administrativeProofText } from '../edge/proof-text.ts'
import type { TenantType } from './tenants.ts'

interface TenantTypes {
  readonly tenant: TenantType
  readonly settingsInput: InputRef<SettingChanges>
}

const proofs = `and ${administrativeProofText}`
const problems = [NotFoundProblem, InvalidInputProblem, ReauthenticationRequiredProblem] as const

/** The mutations on tenants. */
export function addTenantChanges(builder: Builder, types: TenantTypes): void {
  addCreateTenant(builder, types)
  addUpdateTenant(builder, types)
  addSetTenantActive(builder, types)
}

function addCreateTenant(builder: Builder, { tenant, settingsInput }: TenantTypes): void {
  const input = builder.inputType('CreateTenantInput', {
    description: 'The new tenant.',
    fields: (t) => ({
      slug: t.string({
        required: true,
        description:
          'Name in arguments and configuration: 2 to 63 lower-case letters, digits and single hyphens inside. Whitespace around it and upper case are ignored. It cannot be changed. Words such as admin, api, default and www are reserved (NAME_TAKEN).',
      }),
      name: t.string({ required: true, description: 'Display name, 1 to 100 characters.' }),
      settings: t.field({
        type: settingsInput,
        description: 'Settings of the tenant. Absent: all as configured.',
      }),
      administratorEmail: t.string({
        description:
          'E-mail address of its first administrator, for whom an account with the role ADMIN and without a password is created. A mail with a link that sets the password is sent to it. Issue DOMAIN_NOT_ALLOWED if registrationDomains exclude the address, REQUIRES_MAIL if the installation sends no mail.',
      }),
    }),
  })
  const success = builder.objectRef<{ tenant: FoundTenant }>('CreateTenantSuccess').implement({
    description: 'The tenant exists.',
    fields: (t) => ({ tenant: t.expose('tenant', { type: tenant, description: 'The new tenant.' }) }),
  })
  addMutation(builder, {
    name: 'createTenant',
    description: `Creates a tenant. Requires the permission tenants:write, which only administrators of the tenant \`default\` have, ${proofs}`,
    input,
    success,
    problems: [NameTakenProblem, InvalidInputProblem, ReauthenticationRequiredProblem],
    access: permittedUser('tenants:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      tenant: await context.flows.createTenant(input, viewer, context.origin),
    }),
  })
}

function addUpdateTenant(builder: Builder, { tenant, settingsInput }: TenantTypes): void {
  const input = builder.inputType('UpdateTenantInput', {
    description: 'Changes of a tenant. Absent fields stay as they are.',
    fields: (t) => ({
      slug: t.string({ required: true, description: 'Slug of the tenant. It cannot be changed.' }),
      name: t.string({ description: 'Display name, 1 to 100 characters. Absent or null: unchanged.' }),
      settings: t.field({ type: settingsInput, description: 'Absent or null: unchanged.' }),
    }),
  })
  const success = builder.objectRef<{ tenant: FoundTenant }>('UpdateTenantSuccess').implement({
    description:
      'The tenant is changed. This process uses the new settings immediately, every other one within a second.',
    fields: (t) => ({
      tenant: t.expose('tenant', { type: tenant, description: 'The tenant after the call.' }),
    }),
  })
  addMutation(builder, {
    name: 'updateTenant',
    description: `Changes the name or the settings of a tenant. Requires the permission settings:write for your own tenant, tenants:write for another one (otherwise NOT_FOUND, whether or not it exists), ${proofs}`,
    input,
    success,
    problems,
    access: permittedUser('settings:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      tenant: await context.flows.updateTenant(input, viewer, context.origin),
    }),
  })
}

function addSetTenantActive(builder: Builder, { tenant }: TenantTypes): void {
  const input = builder.inputType('SetTenantActiveInput', {
    description: 'The tenant and its new state.',
    fields: (t) => ({
      slug: t.string({
        required: true,
        description: 'Slug of the tenant. The tenant `default` cannot be deactivated (issue DEFAULT_TENANT).',
      }),
      active: t.boolean({
        required: true,
        description: 'False ends every session and API key of the tenant and refuses new ones.',
      }),
      reason: t.string({ required: true, description: 'Reason for the audit logs; 1 to 500 characters.' }),
    }),
  })
  const success = builder.objectRef<TenantActivity>('SetTenantActiveSuccess').implement({
    description: 'The tenant has the requested state.',
    fields: (t) => ({
      tenant: t.expose('tenant', { type: tenant, description: 'The tenant after the call.' }),
      revokedSessions: t.exposeInt('revokedSessions', {
        description:
          'Number of sessions that ended, counted up to 10 000 among the 100 000 newest accounts. All of them ended. 0 for a reactivation.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'setTenantActive',
    description: `Deactivates or reactivates a tenant. False ends every session and API key of the tenant immediately and refuses new ones; its data is kept. True lets its users sign in again; earlier sessions and API keys stay ended. Requires the permission tenants:write, which only administrators of the tenant \`default\` have, ${proofs}`,
    input,
    success,
    problems,
    access: permittedUser('tenants:write'),
    limit: limits.mutation,
    resolve: ({ input, viewer, context }) => context.flows.setTenantActive(input, viewer, context.origin),
  })
}
