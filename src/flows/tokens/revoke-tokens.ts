import { z } from 'zod'
import { managesInstallation } from '../../domain/access/permissions.ts'
import { actorDetails, type Viewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { type InputIssue, InvalidInputProblem } from '../../domain/problems.ts'
import { ForbiddenError } from '../../domain/refusals.ts'
import type { AccessTokenClaims } from '../../domain/tokens/access-token.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, reason } from '../steps/input.ts'
import { revokeAccessTokens } from '../steps/sessions/revoke-access-tokens.ts'

const maxTokens = 100
const list = z
  .array(z.string())
  .refine((items) => items.length >= 1 && items.length <= maxTokens, {
    message: `Must contain 1 to ${maxTokens} items.`,
    params: { code: 'INVALID_LENGTH' },
    abort: true,
  })
  .nullish()
const rules = z.object({ tokens: list, jtis: list, reason })

export type RevokeTokensInput = z.input<typeof rules>

type RevokeTokensDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'verifier' | 'audit' | 'clock'>

type Subject = Pick<AccessTokenClaims, 'tokenId'> & Partial<Pick<AccessTokenClaims, 'userId' | 'sessionId'>>

/**
 * Revokes access tokens of the viewer's tenant, or tokens by their jti, all or none. Duplicates count once. Tokens that
 * have expired are skipped. Returns the number of revoked tokens.
 * @throws InvalidInputProblem, with an issue for each text that is no access token of the tenant; ForbiddenError for
 * jtis if the viewer is not of the default tenant
 */
export function createRevokeTokens(deps: RevokeTokensDeps) {
  return async function revokeTokens(
    raw: RevokeTokensInput,
    viewer: Viewer,
    origin: Origin,
  ): Promise<number> {
    const input = parseInput(rules, raw)
    const tokens = input.tokens ?? null
    const jtis = input.jtis ?? null
    if ((tokens === null) === (jtis === null)) throw notOneOfTwo()
    if (jtis !== null && !managesInstallation(viewer)) throw new ForbiddenError()
    const named = tokens === null ? readJtis(jtis ?? []) : await readTokens(deps, tokens, viewer.tenantId)
    const subjects = [...new Map(named.map((subject) => [subject.tokenId, subject])).values()]
    if (subjects.length === 0) return 0
    const revoked = subjects.map(({ tokenId, userId, sessionId }) => {
      const audit = deps.audit.event('TOKEN_REVOKED', origin, {
        tenantId: viewer.tenantId,
        userId: userId ?? null,
        sessionId: sessionId ?? null,
        actorId: viewer.userId,
        reason: input.reason,
        details: { jti: tokenId, ...actorDetails(viewer) },
      })
      return { tokenId, audit }
    })
    await revokeAccessTokens(deps, revoked)
    return revoked.length
  }
}

function readJtis(jtis: readonly string[]): readonly Subject[] {
  const issues = jtis.flatMap((jti, index) => (isUuid(jti) ? [] : [invalidJti(index)]))
  if (issues.length > 0) throw new InvalidInputProblem(issues)
  return jtis.map((tokenId) => ({ tokenId }))
}

async function readTokens(
  { verifier }: RevokeTokensDeps,
  tokens: readonly string[],
  tenantId: string,
): Promise<readonly Subject[]> {
  const verdicts = await Promise.all(tokens.map((token) => verifier.verify(token)))
  const issues = verdicts.flatMap(({ claims, rejection }, index) => {
    const isToken = claims?.tenantId === tenantId && (rejection === null || rejection === 'EXPIRED')
    return isToken ? [] : [invalidToken(index)]
  })
  if (issues.length > 0) throw new InvalidInputProblem(issues)
  return verdicts.flatMap(({ claims, rejection }) => (claims === null || rejection !== null ? [] : [claims]))
}

function notOneOfTwo(): InvalidInputProblem {
  const message = 'Set exactly one of `tokens` and `jtis`.'
  return new InvalidInputProblem([{ path: [], code: 'ONE_OF_TWO', message }])
}

function invalidJti(index: number): InputIssue {
  const message = 'Must be a uuid, as the jti of every access token is.'
  return { path: ['jtis', String(index)], code: 'INVALID_JTI', message }
}

function invalidToken(index: number): InputIssue {
  const message = 'Must be an access token of a user of your tenant. Remove it from the list.'
  return { path: ['tokens', String(index)], code: 'INVALID_TOKEN', message }
}
