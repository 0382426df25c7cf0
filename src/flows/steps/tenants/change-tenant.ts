import { type InputIssue, InvalidInputProblem, NotFoundProblem } from '../../../domain/problems.ts'
import { settingDifferences, storedSettings } from '../../../domain/tenants/setting-differences.ts'
import type { SettingChanges } from '../../../domain/tenants/setting-faults.ts'
import { defaultTenantSlug, type Tenant } from '../../../domain/tenants/tenant.ts'
import { readSettings, type TenantSettings } from '../../../domain/tenants/tenant-settings.ts'
import type { TenantChange } from '../../../domain/tenants/tenant-store.ts'
import { minuteMs } from '../../../lib/time/duration.ts'
import { type EditedTenant, outdateTenant, recordTenantEdit, type TenantEdit } from './tenant-edit.ts'

/** Valid changes of settings, and the settings after them. */
export interface AcceptedSettings {
  readonly changes: SettingChanges
  readonly after: TenantSettings
}

export interface TenantUpdate {
  /** Null: unchanged. */
  readonly name: string | null
  /** Null: unchanged. */
  readonly settings: AcceptedSettings | null
}

/** Changes the name and the settings of a locked tenant. Nothing happens if they are the same. */
export async function updateTenantRow(
  edit: TenantEdit,
  tenant: Tenant,
  { name, settings }: TenantUpdate,
): Promise<EditedTenant> {
  const renamed = name !== null && name !== tenant.name
  const before = readSettings(tenant.settings)
  const differences = settings === null ? {} : settingDifferences(before, settings.after)
  const hasDifferences = settings !== null && Object.keys(differences).length > 0
  if (!renamed && !hasDifferences) return { tenant, revocation: null }
  const change: TenantChange = {
    ...(renamed && { name }),
    ...(hasDifferences && { settings: storedSettings(tenant.settings, settings.changes, settings.after) }),
  }
  const changed = await applyChange(edit, tenant, change)
  await recordTenantEdit(edit, 'TENANT_CHANGED', changed, {
    ...(renamed && { name: { from: tenant.name, to: name } }),
    ...(hasDifferences && { settings: differences }),
  })
  return { tenant: changed, revocation: await outdateTenant(edit, changed, null) }
}

export interface SwitchedTenant extends EditedTenant {
  /** Number of sessions that ended, counted up to `countLimits`. */
  readonly revokedSessions: number
}

/** Counting must not hold up a deactivation. */
const countLimits = { maxSessions: 10_000, maxUsers: 100_000 }

const defaultTenant: InputIssue = {
  path: ['slug'],
  code: 'DEFAULT_TENANT',
  message: 'The tenant `default` manages the installation and cannot be deactivated.',
}

/** 9999-12-31: no access token is issued after it. */
const endOfTimeMs = 253_402_214_400_000

/**
 * Deactivates or reactivates a locked tenant. Nothing happens if it already is.
 *
 * `accessFrom` is the next full second, so that no session, API key or token of before is accepted again after a reactivation. Times of
 * issue are full seconds: a reactivation refuses tokens of the seconds before it, and accepts those of its own second.
 */
export async function switchTenant(
  edit: TenantEdit,
  tenant: Tenant,
  active: boolean,
): Promise<SwitchedTenant> {
  if (tenant.active === active) return { tenant, revocation: null, revokedSessions: 0 }
  if (tenant.slug === defaultTenantSlug) throw new InvalidInputProblem([defaultTenant])
  const second = Math.floor(edit.now.getTime() / 1000) * 1000
  if (!active) {
    const revokedSessions = await edit.stores.tenants.countSessions(tenant.id, edit.now, countLimits)
    const accessFrom = later(new Date(second + 1000), tenant.accessFrom)
    const changed = await applyChange(edit, tenant, { active, accessFrom })
    await recordTenantEdit(edit, 'TENANT_DEACTIVATED', changed)
    return {
      tenant: changed,
      revocation: await outdateTenant(edit, changed, new Date(endOfTimeMs)),
      revokedSessions,
    }
  }
  const accessFrom = settledFrom(tenant, second)
  const changed = await applyChange(edit, tenant, { active, accessFrom })
  await recordTenantEdit(edit, 'TENANT_REACTIVATED', changed)
  const issuedBefore = later(new Date(second), accessFrom)
  return { tenant: changed, revocation: await outdateTenant(edit, changed, issuedBefore), revokedSessions: 0 }
}

/**
 * Ends every session and API key of a locked tenant by its time, as a deactivation does, but sign-ins continue. Nothing happens if it is
 * deactivated: they are ended already. Sign-ins of the present second are ended too.
 */
export async function endTenantSessions(edit: TenantEdit, tenant: Tenant): Promise<SwitchedTenant> {
  if (!tenant.active) return { tenant, revocation: null, revokedSessions: 0 }
  const revokedSessions = await edit.stores.tenants.countSessions(tenant.id, edit.now, countLimits)
  const second = Math.floor(edit.now.getTime() / 1000) * 1000
  const accessFrom = later(new Date(second + 1000), tenant.accessFrom)
  const changed = await applyChange(edit, tenant, { accessFrom })
  await recordTenantEdit(edit, 'TENANT_CHANGED', changed, { endedSessions: revokedSessions })
  return { tenant: changed, revocation: await outdateTenant(edit, changed, accessFrom), revokedSessions }
}

/** Requests that were processed during the deactivation, and clocks that differ, are over by then. */
const settlingMs = minuteMs

/**
 * From when on the reactivated tenant accepts sessions and API keys: a sign-in that was processed during the deactivation can have begun a
 * session after its time.
 */
function settledFrom({ accessFrom }: Tenant, reactivatedMs: number): Date {
  const settledMs = (accessFrom?.getTime() ?? 0) + settlingMs
  return later(new Date(Math.min(reactivatedMs, settledMs)), accessFrom)
}

async function applyChange(
  { stores, now }: TenantEdit,
  { id }: Tenant,
  change: TenantChange,
): Promise<Tenant> {
  const changed = await stores.tenants.update(id, change, now)
  if (changed === null) throw new NotFoundProblem()
  return changed
}

function later(time: Date, other: Date | null): Date {
  return other !== null && other > time ? other : time
}
