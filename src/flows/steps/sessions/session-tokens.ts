import {
  type FittedAccess,
  fitTokenAccess,
  type WantedAccess,
} from '../../../domain/access/fit-token-access.ts'
import { accessRolesOf, type OwnerAccess } from '../../../domain/access/owner-access.ts'
import { permissionsOf } from '../../../domain/access/permissions.ts'
import { maxTokenLength } from '../../../domain/access/token-bounds.ts'
import { assuranceLevelOf } from '../../../domain/sessions/assurance.ts'
import {
  endOf,
  type Session,
  type SessionOwner,
  type TokenTransport,
} from '../../../domain/sessions/session.ts'
import type { IssuedAccessToken } from '../../../domain/tokens/access-token-issuer.ts'
import { mappedClaims } from '../../../domain/tokens/mapped-claim.ts'
import type { RefreshToken } from '../../../domain/tokens/refresh-token.ts'
import type { Services } from '../../services.ts'

/** The tokens of a session. Its transport decides which of them are sent as cookies and which in the body. */
export interface SessionTokens {
  readonly transport: TokenTransport
  readonly accessToken: string
  readonly accessTokenExpiresAt: Date
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string
  readonly refreshTokenExpiresAt: Date
  readonly csrfToken: string
  /** What the roles of the application grant to the owner, as the session was opened or rotated. */
  readonly ownerAccess: OwnerAccess | null
}

export type SessionTokensDeps = Pick<
  Services,
  'accessTokens' | 'refreshTokens' | 'csrfTokens' | 'tokenAccess' | 'logger'
>

export type IssueSessionTokens = (
  session: Session,
  owner: SessionOwner,
  refresh: RefreshToken,
) => Promise<SessionTokens>

/** Creates the tokens of a session for one generation of its refresh token. Uses no store. */
export function createIssueSessionTokens(deps: SessionTokensDeps): IssueSessionTokens {
  return async function issueSessionTokens(session, owner, refresh) {
    const access = await issueWithinBounds(deps, session, owner, ({ permissions, access, claims }) =>
      deps.accessTokens.issue({
        userId: session.userId,
        tenantId: session.tenantId,
        sessionId: session.id,
        tokenVersion: owner.tokenVersion,
        role: owner.role,
        permissions,
        accessRoles: accessRolesOf(access),
        accessVersion: access?.version ?? null,
        claims,
        generation: refresh.generation,
        amr: session.amr,
        assuranceLevel: assuranceLevelOf(session.amr),
        authTime: session.authTime,
        secondFactorAt: session.secondFactorAt,
        sessionEndsAt: endOf(session),
      }),
    )
    return {
      transport: session.transport,
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      expiresIn: access.expiresIn,
      refreshToken: deps.refreshTokens.seal(refresh),
      refreshTokenExpiresAt: endOf(session),
      csrfToken: deps.csrfTokens.issue(session.id),
      ownerAccess: owner.access,
    }
  }
}

/**
 * Issues a token with everything that it has room for. Writes refuse what would not fit, but an earlier configuration may have had more room: a
 * sign-in never fails for it. Users without roles and mapped claims cost nothing.
 */
async function issueWithinBounds(
  { tokenAccess, logger }: SessionTokensDeps,
  { userId, tenantId }: Session,
  { role, access, metadata }: SessionOwner,
  issue: (fitted: FittedAccess) => Promise<IssuedAccessToken>,
): Promise<IssuedAccessToken> {
  const builtInPermissions = permissionsOf(role, tenantId)
  const claims = mappedClaims(tokenAccess.claims, metadata)
  const wanted: WantedAccess = { builtInPermissions, access, claims }
  let fitted = fitTokenAccess(wanted, tokenAccess.maxBytes)
  let issued = await issue(fitted)
  // A signing key that was imported can be longer than the configured one.
  const excess = issued.token.length - maxTokenLength
  if (excess > 0 && (fitted.access !== null || Object.keys(fitted.claims).length > 0)) {
    fitted = fitTokenAccess(wanted, tokenAccess.maxBytes - excess)
    issued = await issue(fitted)
  }
  const { leftOut } = fitted
  if (leftOut.claims.length > 0 || leftOut.roles.length > 0)
    logger.warn({ userId, ...leftOut }, 'an access token has no room for these claims and roles')
  return issued
}
