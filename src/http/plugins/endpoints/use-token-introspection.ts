import { acrValues } from '../../../domain/tokens/access-token.ts'
import type { TokenFacts } from '../../../domain/tokens/token-verdict.ts'
import type { VerifyToken } from '../../../flows/tokens/verify-token.ts'
import { jsonResponse } from '../../answer/json-response.ts'
import { readForm, tokenOf } from '../../request/form-body.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { type ServiceEndpointDeps, serviceEndpoint } from './service-endpoint.ts'

export interface TokenIntrospectionDeps extends ServiceEndpointDeps {
  readonly verifyToken: VerifyToken
  /** The claims that all access tokens share. */
  readonly tokens: { readonly issuer: string; readonly audience: string; readonly clientId: string }
}

export const introspectionPath = '/oauth2/introspect'
const route = { path: introspectionPath, methods: ['POST'] }

/**
 * Token introspection (RFC 7662). Requires the permission tokens:verify. For an invalid token the response is
 * `active: false` and nothing else (section 2.2); `token_type_hint` is ignored. `acr` and `auth_time` are those of RFC 9470, section 6.
 */
export function useTokenIntrospection(deps: TokenIntrospectionDeps): HttpPlugin {
  return serviceEndpoint(deps, route, async (request, context) => {
    await deps.auth.admit(request, 'tokens:verify')
    const { active, facts } = await deps.verifyToken(tokenOf(await readForm(request, context)))
    return jsonResponse(200, active && facts !== null ? claimsOf(facts, deps.tokens) : { active: false })
  })
}

function claimsOf(facts: TokenFacts, tokens: TokenIntrospectionDeps['tokens']): object {
  const common = {
    active: true,
    scope: facts.permissions.join(' '),
    token_type: 'Bearer',
    sub: facts.subject,
    jti: facts.tokenId,
    tid: facts.tenantId,
    iat: toSeconds(facts.issuedAt),
    ...(facts.expiresAt === null ? {} : { exp: toSeconds(facts.expiresAt) }),
  }
  if (facts.kind === 'API_KEY') return { ...common, client_id: facts.tokenId }
  const { issuer: iss, audience: aud, clientId } = tokens
  const {
    sessionId: sid,
    role,
    accessRoles: roles,
    authenticationMethods: amr,
    assuranceLevel,
    authenticatedAt,
  } = facts
  return {
    ...common,
    client_id: clientId,
    iss,
    aud,
    sid,
    role,
    ...(roles.length === 0 ? {} : { roles }),
    amr,
    ...(assuranceLevel === null ? {} : { acr: acrValues[assuranceLevel] }),
    ...(authenticatedAt === null ? {} : { auth_time: toSeconds(authenticatedAt) }),
  }
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
