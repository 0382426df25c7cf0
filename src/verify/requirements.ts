import {
  apiKeyNotAllowed,
  insufficientAssurance,
  insufficientScope,
  unauthenticated,
  unavailable,
} from './access-error.ts'
import type { AssuranceLevel, Outcome, Viewer } from './outcome.ts'

/** Who calls: a viewer, or the outcome of checking a credential. */
export type Caller = Viewer | Outcome

/** The viewer. @throws AccessError if the caller is not authenticated, or that is not known */
export function requireViewer(caller: Caller): Viewer {
  switch (caller.kind) {
    case 'viewer':
      return caller.viewer
    case 'USER':
    case 'API_KEY':
      return caller
    case 'unavailable':
      throw unavailable(caller)
    case 'refused':
      throw unauthenticated(caller.reason)
  }
}

/**
 * The viewer; null if the request has no credential, for what everyone may do but differs for those who are signed in.
 * @throws AccessError if the credential is refused, or cannot be checked: no one is treated as signed out for that
 */
export function findViewer(caller: Caller): Viewer | null {
  return caller.kind === 'refused' && caller.reason === 'MISSING' ? null : requireViewer(caller)
}

/** The viewer, if they have all these permissions. @throws AccessError */
export function requireScope(caller: Caller, ...scopes: readonly [string, ...string[]]): Viewer {
  const viewer = requireViewer(caller)
  if (scopes.length === 0 || !scopes.every((scope) => viewer.scopes.has(scope)))
    throw insufficientScope(scopes)
  return viewer
}

/**
 * The viewer, if they have proven who they are at that level, and not longer ago than `maxAgeSeconds` (RFC 9470). For `aal2` both the
 * last proof and the last second factor must be that recent. API keys have no level: refused.
 * @throws AccessError
 */
export function requireAssurance(
  caller: Caller,
  level: AssuranceLevel,
  maxAgeSeconds: number | null = null,
  now: number = Date.now(),
): Viewer {
  const viewer = requireViewer(caller)
  const { assurance } = viewer
  if (assurance === null) throw apiKeyNotAllowed()
  if (level !== 'aal1' && assurance.level !== level) throw insufficientAssurance(level, maxAgeSeconds)
  if (maxAgeSeconds === null) return viewer
  const { authenticatedAt, secondFactorAt } = assurance
  const proofs = level === 'aal1' ? [authenticatedAt] : [authenticatedAt, secondFactorAt]
  const isRecent = (at: Date | null) => at !== null && now - at.getTime() <= maxAgeSeconds * 1000
  if (!proofs.every(isRecent)) throw insufficientAssurance(level, maxAgeSeconds)
  return viewer
}
