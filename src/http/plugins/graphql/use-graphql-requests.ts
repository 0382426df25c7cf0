import { refusalResponse } from '../../answer/json-response.ts'
import { type DocumentRules, paramsOfBody, paramsOfUrl } from '../../request/graphql-params.ts'
import { bodyLimit, bodyOf, bodyTooLarge, discardLimit } from '../../request/request-body.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const jsonType = /^application\/json *(?:; *charset="?utf-?8"? *)?$/i

/**
 * What a GraphQL request may look like: JSON and nothing else that a browser would send without a preflight (OWASP
 * ASVS 5.0, 3.5.2), of a bounded size, for an answer that the client can read. Replaces Yoga's own body parsers,
 * which quote the body in their errors.
 */
export function useGraphqlRequests(
  contexts: RequestContexts,
  documents: DocumentRules['documents'],
): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      const refusal = check(request, contexts)
      if (refusal !== null) endResponse(refusalResponse(refusal))
    },
    onRequestParse({ setRequestParser }) {
      setRequestParser(async (request) => {
        const context = contexts.of(request)
        const rules = { documents, free: context.arrival.documentSigned }
        if (request.method === 'GET') return paramsOfUrl(request.url, rules)
        return paramsOfBody(await bodyOf(request, context), rules)
      })
    },
  }
}

function check(request: Request, contexts: RequestContexts): RequestRefusal | null {
  const { mediaType, takesEvents } = contexts.of(request)
  if (mediaType === null && !takesEvents) {
    return new RequestRefusal(
      406,
      'BAD_USER_INPUT',
      'Answers are application/json or application/graphql-response+json, in UTF-8, or text/event-stream.',
    )
  }
  if (request.method !== 'POST') return null
  const length = Number(request.headers.get('content-length') ?? 0)
  if (!(length <= bodyLimit)) return bodyTooLarge(length > discardLimit ? { connection: 'close' } : {})
  if (jsonType.test(request.headers.get('content-type') ?? '')) return null
  return new RequestRefusal(415, 'BAD_USER_INPUT', 'The content type must be application/json, in UTF-8.', {
    headers: { 'accept-post': 'application/json' },
  })
}
