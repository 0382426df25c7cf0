import { InvalidRefreshTokenProblem } from '../../domain/problems.ts'
import type { LimitedCall } from '../../domain/rate-limits/limited-call.ts'
import type { RefreshToken } from '../../domain/tokens/refresh-token.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import { requireCsrf } from '../steps/access/require-csrf.ts'

export type PresentedRefreshDeps = Pick<FlowDeps, 'refreshTokens' | 'csrfTokens' | 'rateLimits'>

export interface PresentedRefresh {
  readonly refreshToken?: string | null | undefined
}

interface OpenedRefresh {
  readonly presented: RefreshToken
  readonly fromCookie: boolean
  /** The session that the CSRF token proves; null if the refresh token is in the body. */
  readonly sessionId: string | null
}

/**
 * Opens the refresh token of a request. Without a usable token, the call is charged here; otherwise `refreshSession` charges it
 * together with its session.
 * @throws InvalidRefreshTokenProblem, ForbiddenError (CSRF), RateLimitedProblem
 */
export async function openPresentedRefresh(
  deps: PresentedRefreshDeps,
  call: LimitedCall,
  input: PresentedRefresh,
  credentials: Credentials,
): Promise<OpenedRefresh> {
  try {
    return open(deps, input, credentials)
  } catch (error) {
    await deps.rateLimits.chargeRefresh(call, null)
    throw error
  }
}

function open(
  { refreshTokens, csrfTokens }: PresentedRefreshDeps,
  input: PresentedRefresh,
  credentials: Credentials,
): OpenedRefresh {
  const fromBody = input.refreshToken ?? null
  const text = fromBody ?? credentials.refreshCookie
  const presented = text === null ? null : refreshTokens.open(text)
  if (presented === null) throw new InvalidRefreshTokenProblem()
  if (fromBody !== null) return { presented, fromCookie: false, sessionId: null }
  return { presented, fromCookie: true, sessionId: requireCsrf(csrfTokens, credentials) }
}
