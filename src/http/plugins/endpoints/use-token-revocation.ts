import type { createRevokePresentedToken } from '../../../flows/tokens/revoke-token.ts'
import { emptyResponse, jsonResponse } from '../../answer/json-response.ts'
import { readForm, tokenOf } from '../../request/form-body.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { oauthError, type ServiceAuth } from './service-auth.ts'

export interface TokenRevocationDeps {
  readonly contexts: RequestContexts
  readonly door: ServiceAuth
  readonly revokePresentedToken: ReturnType<typeof createRevokePresentedToken>
}

const path = '/oauth2/revoke'

/**
 * Token revocation (RFC 7009). Our clients are public: whoever holds a token may end it, and no cookie is read, so that
 * no foreign page can do it with somebody else's.
 */
export function useTokenRevocation({
  contexts,
  door,
  revokePresentedToken,
}: TokenRevocationDeps): HttpPlugin {
  return {
    async onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== path) return
      if (request.method !== 'POST')
        return endResponse(jsonResponse(405, { error: 'Method not allowed.' }, { allow: 'POST' }))
      const response = await door.answer(request, async (context) => {
        await door.admitAnybody(request)
        const revoked = await revokePresentedToken(tokenOf(await readForm(request, context)), context.origin)
        if (!revoked) return oauthError(400, 'unsupported_token_type', 'API keys are ended by revokeApiKey.')
        return emptyResponse(200, { 'cache-control': 'no-store' })
      })
      endResponse(response)
    },
  }
}
