import type { createRevokePresentedToken } from '../../../flows/tokens/revoke-presented-token.ts'
import { emptyResponse } from '../../answer/json-response.ts'
import { oauthError } from '../../answer/oauth-error.ts'
import { readForm, tokenOf } from '../../request/form-body.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { type ServiceEndpointDeps, serviceEndpoint } from './service-endpoint.ts'

export interface TokenRevocationDeps extends ServiceEndpointDeps {
  readonly revokePresentedToken: ReturnType<typeof createRevokePresentedToken>
}

export const revocationPath = '/oauth2/revoke'
const route = { path: revocationPath, methods: ['POST'] }

/**
 * Token revocation (RFC 7009). Clients are public: possession of a token is enough to revoke it. Cookies are not read, so
 * that a page of another site cannot revoke a token of its visitor.
 */
export function useTokenRevocation(deps: TokenRevocationDeps): HttpPlugin {
  return serviceEndpoint(deps, route, async (request, context) => {
    await deps.auth.admitAnonymous(request)
    const token = tokenOf(await readForm(request, context))
    if (await deps.revokePresentedToken(token, context.origin))
      return emptyResponse(200, { 'cache-control': 'no-store' })
    return oauthError(400, 'unsupported_token_type', 'Use revokeApiKey to revoke an API key.')
  })
}
