import { refusalResponse } from '../../answer/json-response.ts'
import { unreadResponse } from '../../answer/unread-response.ts'
import { type DocumentRules, paramsOfBody, paramsOfUrl } from '../../request/graphql-params.ts'
import { bodyOf, bodyTooLarge, maxBodyBytes, maxDiscardedBytes } from '../../request/request-body.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const jsonType = /^application\/json *(?:; *charset="?utf-?8"? *)?$/i

/**
 * Accepts only JSON, since browsers send other types without a preflight (OWASP ASVS 5.0, 3.5.2), of a bounded size, for
 * a response type that the client accepts. Other types are not charged: a page of another site can have sent them. Replaces Yoga's own body parsers, which quote the body in their errors.
 */
export function useGraphqlRequests(
  contexts: RequestContexts,
  documents: DocumentRules['documents'],
): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method === 'POST' && !jsonType.test(request.headers.get('content-type') ?? '')) {
        contexts.of(request).refusedUnread = true
        return endResponse(unreadResponse(request, jsonRequired()))
      }
      const refusal = refusalOf(request, contexts)
      if (refusal !== null) endResponse(refusalResponse(refusal))
    },
    onRequestParse({ setRequestParser }) {
      setRequestParser(async (request) => {
        const context = contexts.of(request)
        const rules = { documents, unrestricted: context.arrival.documentSigned }
        if (request.method === 'GET') return paramsOfUrl(request.url, rules)
        return paramsOfBody(await bodyOf(request, context), rules)
      })
    },
  }
}

function refusalOf(request: Request, contexts: RequestContexts): RequestRefusal | null {
  const { mediaType, acceptsEvents } = contexts.of(request)
  if (mediaType === null && !acceptsEvents) {
    return new RequestRefusal(
      406,
      'BAD_USER_INPUT',
      'Accept must allow application/json, application/graphql-response+json or text/event-stream, in UTF-8.',
    )
  }
  if (request.method !== 'POST') return null
  const length = Number(request.headers.get('content-length') ?? 0)
  if (!(length <= maxBodyBytes))
    return bodyTooLarge(length > maxDiscardedBytes ? { connection: 'close' } : {})
  return null
}

function jsonRequired(): RequestRefusal {
  return new RequestRefusal(415, 'BAD_USER_INPUT', 'The content type must be application/json, in UTF-8.', {
    headers: { 'accept-post': 'application/json' },
  })
}
