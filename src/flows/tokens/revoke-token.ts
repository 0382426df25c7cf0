import { z } from 'zod'
import { managesInstallation } from '../../domain/access/permissions.ts'
import { actorDetails, type Viewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, InvalidTokenProblem } from '../../domain/problems.ts'
import { ForbiddenError } from '../../domain/refusals.ts'
import type { AccessTokenClaims } from '../../domain/tokens/access-token.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, reason } from '../steps/input.ts'
import { revokeAccessTokens } from '../steps/sessions/revoke-access-tokens.ts'

const rules = z.object({ token: z.string().nullish(), jti: z.string().nullish(), reason })

export type RevokeTokenInput = z.input<typeof rules>

type RevokeTokenDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'verifier' | 'audit' | 'clock'>

/** The revocation is kept until `expiresAt`, when the token has expired in any case. */
export interface TokenRevocation {
  readonly jti: string
  readonly expiresAt: Date
}

/**
 * Revokes one access token of the viewer's tenant, or one by its jti. A jti alone shows neither its user nor its
 * tenant, nor whether it was ever issued, so it requires a viewer who manages the installation.
 * @throws InvalidInputProblem; InvalidTokenProblem if the token is no valid access token of the tenant;
 * ForbiddenError for a jti if the viewer is not of the default tenant
 */
export function createRevokeToken(deps: RevokeTokenDeps) {
  return async function revokeToken(
    raw: RevokeTokenInput,
    viewer: Viewer,
    origin: Origin,
  ): Promise<TokenRevocation> {
    const input = parseInput(rules, raw)
    const { token = null, jti = null } = input
    if ((token === null) === (jti === null)) throw notOneOfTwo()
    if (jti !== null && !managesInstallation(viewer)) throw new ForbiddenError()
    if (jti !== null && !isUuid(jti)) throw invalidJti()
    const claims = token === null ? null : await readToken(deps, token, viewer.tenantId)
    const tokenId = claims?.tokenId ?? jti ?? ''
    const audit = deps.audit.event('TOKEN_REVOKED', origin, {
      tenantId: viewer.tenantId,
      userId: claims?.userId ?? null,
      sessionId: claims?.sessionId ?? null,
      actorId: viewer.userId,
      reason: input.reason,
      details: { jti: tokenId, ...actorDetails(viewer) },
    })
    return { jti: tokenId, expiresAt: await revokeAccessTokens(deps, [{ tokenId, audit }]) }
  }
}

async function readToken(deps: RevokeTokenDeps, token: string, tenantId: string): Promise<AccessTokenClaims> {
  const { claims, rejection } = await deps.verifier.verify(token)
  if (claims === null || rejection !== null || claims.tenantId !== tenantId) throw new InvalidTokenProblem()
  return claims
}

function notOneOfTwo(): InvalidInputProblem {
  const message = 'Set exactly one of `token` and `jti`.'
  return new InvalidInputProblem([{ path: [], code: 'ONE_OF_TWO', message }])
}

function invalidJti(): InvalidInputProblem {
  const message = 'Must be a uuid, as the jti of every access token is.'
  return new InvalidInputProblem([{ path: ['jti'], code: 'INVALID_JTI', message }])
}
