import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { accessOfAdministrator, assertFitsToken } from '../../domain/access/token-bounds.ts'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { assertMappable, mappedClaims } from '../../domain/tokens/mapped-claim.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { accessOfUser } from '../steps/access/access-of-user.ts'
import { lockSubject, refuseOwnAccount } from '../steps/access/lock-subject.ts'
import { parseInput } from '../steps/input.ts'
import { jsonObject } from '../steps/json-input.ts'
import { commitSignOut, refuseOlderTokens } from '../steps/sessions/sign-out.ts'

const rules = z.object({ userId: z.string(), metadata: jsonObject })

/** Further changed keys are only counted in the audit event. */
const maxNamedKeys = 50

export type SetUserMetadataInput = z.input<typeof rules>

type SetUserMetadataDeps = Pick<
  FlowDeps,
  'transaction' | 'revocations' | 'requireAdministrativeProof' | 'tokenAccess' | 'audit' | 'clock'
>

/**
 * Replaces the metadata of a user. If a value changes that access tokens contain, older tokens are refused. The audit event names the
 * changed keys, not their values. If nothing differs, nothing happens.
 * @throws ReauthenticationRequiredProblem; InvalidInputProblem, also for the viewer's own account and for mapped values that a token
 * cannot carry; and the errors of lockSubject
 */
export function createSetUserMetadata(deps: SetUserMetadataDeps) {
  return async function setUserMetadata(
    raw: SetUserMetadataInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<User> {
    await deps.requireAdministrativeProof(viewer)
    const { userId, metadata } = parseInput(rules, raw)
    assertMappable(deps.tokenAccess.claims, metadata)
    const now = deps.clock.now()
    const { user } = await commitSignOut(deps, async (stores) => {
      const subject = await lockSubject(stores, userId, { viewer, permission: 'users:metadata', now })
      refuseOwnAccount(subject, viewer)
      const keys = changedKeys(subject.metadata, metadata)
      if (keys.length === 0) return { user: subject, revocation: null }
      const changed = await stores.administration.setMetadata(subject.id, metadata, now)
      if (changed === null) throw new NotFoundProblem()
      const about = { tenantId: subject.tenantId, userId: subject.id, actorId: viewer.userId }
      const details = { keys: keys.slice(0, maxNamedKeys), changedKeys: keys.length }
      await stores.audit.append(deps.audit.event('USER_METADATA_CHANGED', origin, { ...about, details }))
      if (!(await changesTokens(deps, stores, subject, metadata))) return { user: changed, revocation: null }
      const raised = await stores.administration.raiseTokenVersion(subject.id, now)
      if (raised === null) throw new NotFoundProblem()
      return { user: raised, revocation: await refuseOlderTokens(stores, raised, now) }
    })
    return user
  }
}

function changedKeys(before: JsonObject, after: JsonObject): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key])).sort()
}

/** Whether tokens contain other claims now. @throws InvalidInputProblem if they have no room for them */
async function changesTokens(
  { tokenAccess }: SetUserMetadataDeps,
  stores: Stores,
  user: User,
  after: JsonObject,
): Promise<boolean> {
  const claims = mappedClaims(tokenAccess.claims, after)
  if (isDeepStrictEqual(mappedClaims(tokenAccess.claims, user.metadata), claims)) return false
  if (Object.keys(claims).length === 0) return true
  const access = await accessOfUser(stores, user)
  assertFitsToken(accessOfAdministrator(access?.roles ?? [], claims), tokenAccess.maxBytes, ['metadata'])
  return true
}
