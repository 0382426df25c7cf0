import { defaultTenantId, managesInstallation } from '../../../domain/access/permissions.ts'
import type { UserViewer } from '../../../domain/access/viewer.ts'
import type { AuditEventType } from '../../../domain/audit/audit-event.ts'
import type { AuditRecorder } from '../../../domain/audit/audit-recorder.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { ForbiddenError } from '../../../domain/refusals.ts'
import { type Revocation, rememberedUntil } from '../../../domain/tokens/revocation.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { JsonObject } from '../../../lib/text/json.ts'
import type { FlowDeps } from '../../flow-deps.ts'
import { commitSignOut } from '../sessions/sign-out.ts'
import { lockActor } from './lock-subject.ts'

/** Who changes permissions or roles. */
export interface AccessActor {
  /** Null: the operator. */
  readonly userId: string | null
  readonly origin: Origin
  readonly reason: string | null
}

/** A change of permissions or roles, in a transaction that keeps all others waiting. */
export interface AccessChange {
  readonly stores: Pick<Stores, 'access' | 'revocations' | 'audit'>
  readonly audit: AuditRecorder
  readonly actor: AccessActor
  readonly now: Date
}

export type CommitAccessChangeDeps = Pick<
  FlowDeps,
  'transaction' | 'revocations' | 'requireAdministrativeProof' | 'audit' | 'clock'
>

/** The result of a change, and the revocation to announce; null if no token is affected. */
export interface AccessChanged<T> {
  readonly result: T
  readonly revocation: Revocation | null
}

/**
 * Runs a change that a viewer makes: requires recent proofs, waits for other changes, checks that the viewer may still
 * make it, and announces the revocation after the commit.
 * @throws ReauthenticationRequiredProblem, and the errors of lockActor
 */
export async function commitAccessChange<T>(
  deps: CommitAccessChangeDeps,
  { viewer, origin }: { readonly viewer: UserViewer; readonly origin: Origin },
  work: (change: AccessChange) => Promise<AccessChanged<T>>,
): Promise<T> {
  await deps.requireAdministrativeProof(viewer)
  const now = deps.clock.now()
  const actor: AccessActor = { userId: viewer.userId, origin, reason: null }
  const { result } = await commitSignOut(deps, async (stores) => {
    await stores.access.lockChanges()
    await lockActor(stores, { viewer, permission: 'roles:write', now })
    return work({ stores, audit: deps.audit, actor, now })
  })
  return result
}

/** @throws ForbiddenError unless the viewer belongs to the tenant that manages the installation */
export function requireInstallation(viewer: UserViewer): void {
  if (!managesInstallation(viewer)) throw new ForbiddenError()
}

/** Records a change in the audit log of its tenant; a change of the installation in that of the default tenant. */
export async function recordAccessChange(
  { stores, audit, actor }: AccessChange,
  type: Extract<AuditEventType, 'PERMISSIONS_CHANGED' | 'ROLES_CHANGED'>,
  { tenantId, details }: { readonly tenantId: string | null; readonly details: JsonObject },
): Promise<void> {
  const subject = { tenantId: tenantId ?? defaultTenantId, actorId: actor.userId, reason: actor.reason }
  await stores.audit.append(audit.event(type, actor.origin, { ...subject, details }))
}

/** Refuses tokens with a role whose holders have other permissions from now on. Null: every tenant, every role. */
export async function refuseOlderAccess(
  { stores, now }: AccessChange,
  { tenantId, role }: { readonly tenantId: string | null; readonly role: string | null },
): Promise<Revocation> {
  const minimumAccessVersion = await stores.access.raiseVersion()
  const expiresAt = rememberedUntil(now)
  const revocation: Revocation = { kind: 'ACCESS', tenantId, role, minimumAccessVersion, expiresAt }
  await stores.revocations.insert(revocation)
  return revocation
}
