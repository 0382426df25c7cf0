import type { RequestRefusal } from '../request/request-refusal.ts'

type Headers = Readonly<Record<string, string>>

/** A small JSON answer of a path that is not GraphQL. */
export function jsonResponse(status: number, body: object, headers: Headers = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
}

/** An answer without a body. */
export function emptyResponse(status: number, headers: Headers = {}): Response {
  return new Response(null, { status, headers })
}

/** A refusal as a GraphQL answer, for requests that never reach the GraphQL engine. */
export function refusalResponse(refusal: RequestRefusal): Response {
  const errors = [{ message: refusal.message, extensions: refusal.extensions }]
  return jsonResponse(refusal.status, { errors }, refusal.headers)
}
