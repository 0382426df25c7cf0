import type { Logger } from '../../../lib/observation/logger.ts'
import { errorForLog } from '../../../lib/text/error-text.ts'
import { matchesEtag } from '../../answer/etag.ts'
import { emptyResponse, jsonResponse, methodNotAllowed } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface JwksDeps {
  readonly contexts: RequestContexts
  readonly logger: Logger
  /** The JSON of the key set (RFC 7517) and its entity tag, including the quotes. */
  jwks(): Promise<{ readonly body: string; readonly etag: string }>
}

export const jwksPath = '/.well-known/jwks.json'

/** Publishes the signing keys without authentication, cacheable for five minutes: keys are published longer before use. */
export function useJwks({ contexts, logger, jwks }: JwksDeps): HttpPlugin {
  const keySet = async (request: Request): Promise<Response> => {
    try {
      const { body, etag } = await jwks()
      const headers = { 'cache-control': 'public, max-age=300', etag, 'access-control-allow-origin': '*' }
      if (matchesEtag(request, etag)) return emptyResponse(304, headers)
      const type = { 'content-type': 'application/jwk-set+json; charset=utf-8' }
      return new Response(body, { headers: { ...headers, ...type } })
    } catch (error) {
      const { requestId } = contexts.of(request)
      logger.warn({ requestId, error: errorForLog(error) }, 'The key set is unavailable.')
      return jsonResponse(503, { error: 'Try again in a moment.' }, { 'retry-after': '1' })
    }
  }
  return {
    onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== jwksPath) return
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return endResponse(methodNotAllowed('GET, HEAD'))
      return keySet(request).then(endResponse)
    },
  }
}
