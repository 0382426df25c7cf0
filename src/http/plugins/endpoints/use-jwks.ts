import type { Logger } from '../../../lib/observation/logger.ts'
import { errorForLog } from '../../../lib/text/error-text.ts'
import { matchesEtag } from '../../answer/etag.ts'
import { emptyResponse, jsonResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { readEndpoint } from './endpoint.ts'

/** The JSON of the key set (RFC 7517) and its entity tag, including the quotes. */
interface KeySet {
  readonly body: string
  readonly etag: string
}

export interface JwksDeps {
  readonly contexts: RequestContexts
  readonly logger: Logger
  jwks(): Promise<KeySet>
}

export const jwksPath = '/.well-known/jwks.json'

/** Publishes the signing keys without authentication, cacheable for five minutes: keys are published longer before use. */
export function useJwks(deps: JwksDeps): HttpPlugin {
  return keySetEndpoint(deps, jwksPath, ({ body, etag }, headers, request) => {
    const tagged = { ...headers, etag }
    if (matchesEtag(request, etag)) return emptyResponse(304, tagged)
    return new Response(body, {
      headers: { ...tagged, 'content-type': 'application/jwk-set+json; charset=utf-8' },
    })
  })
}

/** An endpoint for everyone whose response follows from the key set; 503 while the set is unavailable. */
export function keySetEndpoint(
  { contexts, logger, jwks }: JwksDeps,
  path: string,
  respond: (keys: KeySet, headers: typeof publicHeaders, request: Request) => Response,
): HttpPlugin {
  return readEndpoint(contexts, path, async (request, { requestId }) => {
    try {
      return respond(await jwks(), publicHeaders, request)
    } catch (error) {
      logger.warn({ requestId, error: errorForLog(error) }, 'The key set is unavailable.')
      return jsonResponse(503, { error: 'Try again in a moment.' }, { 'retry-after': '1' })
    }
  })
}

const publicHeaders = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' }
