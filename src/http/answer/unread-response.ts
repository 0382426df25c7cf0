import { bodyLimit } from '../request/request-body.ts'
import type { RequestRefusal } from '../request/request-refusal.ts'
import { refusalResponse } from './json-response.ts'

/** Refuses a request whose body is not read; a body that is too long to be taken off the wire goes down with its connection. */
export function unreadResponse(request: Request, refusal: RequestRefusal): Response {
  const answer = refusalResponse(refusal)
  const length = request.headers.get('content-length')
  const bodyless = request.method !== 'POST' || (length !== null && Number(length) <= bodyLimit)
  if (!bodyless) answer.headers.set('connection', 'close')
  return answer
}
