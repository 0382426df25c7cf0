import type { RequestRefusal } from '../request/request-refusal.ts'

type Headers = Readonly<Record<string, string>>

export const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
} as const

/** A small JSON response of an endpoint other than GraphQL. */
export function jsonResponse(status: number, body: object, headers: Headers = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...jsonHeaders, ...headers },
  })
}

export function emptyResponse(status: number, headers: Headers = {}): Response {
  return new Response(null, { status, headers })
}

/** 405 for an endpoint that supports only these methods, such as `GET, HEAD`. */
export function methodNotAllowed(allow: string): Response {
  return jsonResponse(405, { error: 'Method not allowed.' }, { allow })
}

/** A refusal as a GraphQL response, for requests that do not reach the GraphQL engine. */
export function refusalResponse(refusal: RequestRefusal): Response {
  const errors = [{ message: refusal.message, extensions: refusal.extensions }]
  return jsonResponse(refusal.status, { errors }, refusal.headers)
}
