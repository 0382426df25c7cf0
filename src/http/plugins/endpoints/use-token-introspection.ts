import type { TokenFacts } from '../../../domain/tokens/token-verdict.ts'
import type { VerifyToken } from '../../../flows/tokens/verify-token.ts'
import { jsonResponse } from '../../answer/json-response.ts'
import { readForm, tokenOf } from '../../request/form-body.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import type { ServiceAuth } from './service-auth.ts'

export interface TokenIntrospectionDeps {
  readonly contexts: RequestContexts
  readonly door: ServiceAuth
  readonly verifyToken: VerifyToken
  /** The claims that every access token has in common. */
  readonly tokens: { readonly issuer: string; readonly audience: string; readonly clientId: string }
}

const path = '/oauth2/introspect'

/**
 * Token introspection (RFC 7662) for services that show an API key with tokens:verify. Of a token that is not good, it
 * says that and nothing else (section 2.2); `token_type_hint` changes nothing.
 */
export function useTokenIntrospection({
  contexts,
  door,
  verifyToken,
  tokens,
}: TokenIntrospectionDeps): HttpPlugin {
  return {
    async onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== path) return
      if (request.method !== 'POST')
        return endResponse(jsonResponse(405, { error: 'Method not allowed.' }, { allow: 'POST' }))
      const response = await door.answer(request, async (context) => {
        await door.admit(request, 'tokens:verify')
        const { active, facts } = await verifyToken(tokenOf(await readForm(request, context)))
        return jsonResponse(200, active && facts !== null ? described(facts, tokens) : { active: false })
      })
      endResponse(response)
    },
  }
}

function described(facts: TokenFacts, tokens: TokenIntrospectionDeps['tokens']): object {
  const common = {
    active: true,
    scope: facts.permissions.join(' '),
    token_type: 'Bearer',
    sub: facts.subject,
    jti: facts.tokenId,
    tid: facts.tenantId,
    iat: seconds(facts.issuedAt),
    ...(facts.expiresAt === null ? {} : { exp: seconds(facts.expiresAt) }),
  }
  if (facts.kind === 'API_KEY') return { ...common, client_id: facts.tokenId }
  const { issuer: iss, audience: aud, clientId } = tokens
  return { ...common, client_id: clientId, iss, aud, sid: facts.sessionId, role: facts.role }
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
