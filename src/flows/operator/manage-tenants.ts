import { z } from 'zod'
import { defaultTenantId } from '../../domain/access/permissions.ts'
import { ownOrigin } from '../../domain/origin/origin.ts'
import type { SettingBounds } from '../../domain/tenants/setting-faults.ts'
import type { Tenant } from '../../domain/tenants/tenant.ts'
import { readSettings } from '../../domain/tenants/tenant-settings.ts'
import type { Stores } from '../../domain/transaction.ts'
import { normaliseSlug } from '../../lib/text/slug.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, reason } from '../steps/input.ts'
import {
  type AddTenantDeps,
  addTenant,
  type NewTenantInput,
  newTenantRules,
} from '../steps/tenants/add-tenant.ts'
import { type SwitchedTenant, switchTenant, updateTenantRow } from '../steps/tenants/change-tenant.ts'
import type { EditedTenant, TenantEdit } from '../steps/tenants/tenant-edit.ts'
import { tenantUpdateRules } from '../steps/tenants/tenant-input.ts'

export interface ManageTenantsDeps extends AddTenantDeps, Pick<FlowDeps, 'transaction' | 'audit' | 'clock'> {
  readonly bounds: SettingBounds
}

type TenantUpdateInput = z.input<ReturnType<typeof tenantUpdateRules>>

const switchRules = z.object({ reason })

/**
 * Changes tenants on behalf of the operator of the machine, by the steps of the API. Processes learn the changes within a second, as
 * they read the revocations. Null: no tenant has the slug.
 */
export function createManageTenants(deps: ManageTenantsDeps) {
  return {
    /** @throws InvalidInputProblem with every mistake, NameTakenProblem */
    async createTenant(raw: NewTenantInput): Promise<Tenant> {
      const input = parseInput(newTenantRules(deps.bounds), raw)
      return runEdit(deps, 'tenants create', null, (edit) => addTenant(deps, edit, input))
    },
    /** @throws InvalidInputProblem with every mistake */
    async updateTenant(slug: string, raw: TenantUpdateInput): Promise<EditedTenant | null> {
      return runEdit(deps, 'tenants set', null, async (edit) => {
        const tenant = await edit.stores.tenants.lock(normaliseSlug(slug))
        if (tenant === null) return null
        const rules = tenantUpdateRules(readSettings(tenant.settings), deps.bounds)
        return updateTenantRow(edit, tenant, parseInput(rules, raw))
      })
    },
    /** @throws InvalidInputProblem, also for the default tenant */
    async setTenantActive(
      slug: string,
      active: boolean,
      given: z.input<typeof switchRules>,
    ): Promise<SwitchedTenant | null> {
      const { reason } = parseInput(switchRules, given)
      const command = active ? 'tenants activate' : 'tenants deactivate'
      return runEdit(deps, command, reason, async (edit) => {
        const tenant = await edit.stores.tenants.lock(normaliseSlug(slug))
        return tenant === null ? null : switchTenant(edit, tenant, active)
      })
    },
  }
}

type OperatorEdit = TenantEdit & { readonly stores: Stores }

function runEdit<T>(
  { transaction, audit, clock }: ManageTenantsDeps,
  command: string,
  reason: string | null,
  work: (edit: OperatorEdit) => Promise<T>,
): Promise<T> {
  const actor = {
    userId: null,
    tenantId: defaultTenantId,
    origin: ownOrigin(command),
    reason: reason ?? 'CHANGED_BY_OPERATOR',
  }
  return transaction((stores) => work({ stores, audit, actor, now: clock.now() }))
}
