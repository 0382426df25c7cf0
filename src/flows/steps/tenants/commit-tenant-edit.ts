import type { Permission } from '../../../domain/access/permissions.ts'
import type { UserViewer } from '../../../domain/access/viewer.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import type { Revocation } from '../../../domain/tokens/revocation.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { FlowDeps } from '../../flow-deps.ts'
import { lockActor } from '../access/lock-subject.ts'
import { commitSignOut } from '../sessions/sign-out.ts'
import type { TenantEdit } from './tenant-edit.ts'

export type CommitTenantEditDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'audit' | 'clock'>

export interface TenantEditRequest {
  readonly viewer: UserViewer
  readonly permission: Extract<Permission, 'tenants:write' | 'settings:write'>
  readonly origin: Origin
  readonly reason?: string | null
}

/** A change of a viewer, with all stores of its transaction. */
export interface ViewerEdit extends TenantEdit {
  readonly stores: Stores
}

/**
 * Runs a change of a viewer, whose recent proofs the caller has checked: locks the account of the viewer, checks that the viewer may still
 * make the change, and announces the revocation after the commit.
 * @throws the errors of lockActor
 */
export async function commitTenantEdit<T extends { readonly revocation: Revocation | null }>(
  deps: CommitTenantEditDeps,
  { viewer, permission, origin, reason = null }: TenantEditRequest,
  work: (edit: ViewerEdit) => Promise<T>,
): Promise<T> {
  const now = deps.clock.now()
  const { userId, tenantId } = viewer
  return commitSignOut(deps, async (stores) => {
    await lockActor(stores, { viewer, permission, now })
    return work({ stores, audit: deps.audit, actor: { userId, tenantId, origin, reason }, now })
  })
}
