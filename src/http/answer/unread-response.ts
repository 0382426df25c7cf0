import { maxBodyBytes } from '../request/request-body.ts'
import type { RequestRefusal } from '../request/request-refusal.ts'
import { refusalResponse } from './json-response.ts'

/** Refuses a request without reading its body. Closes the connection if the rest of the body may be too long to discard. */
export function unreadResponse(request: Request, refusal: RequestRefusal): Response {
  const response = refusalResponse(refusal)
  const length = request.headers.get('content-length')
  const short = request.method !== 'POST' || (length !== null && Number(length) <= maxBodyBytes)
  if (!short) response.headers.set('connection', 'close')
  return response
}
