import { isAccessError } from '../access-error.ts'
import type { RequestHeaders } from '../credential.ts'
import { admit, type ProtectOptions } from '../request-viewers.ts'
import type { Verifier } from '../verifier.ts'

export { findViewerOf, type ProtectOptions, viewerOf } from '../request-viewers.ts'

type Next = (error?: unknown) => void
type ExpressRequest = { readonly headers: RequestHeaders }
type ExpressResponse = { status(code: number): { set(headers: object): { json(body: unknown): unknown } } }

/** Middleware that admits requests with a valid credential: `app.use(protect(verifier))`. Handlers call `viewerOf(request)`. */
export function protect(verifier: Verifier, options: ProtectOptions = {}) {
  return (request: ExpressRequest, _response: unknown, next: Next): void => {
    admit(verifier, request, request.headers, options).then(() => next(), next)
  }
}

/** Error handler that answers refusals as JSON, after all routes: `app.use(answerRefusals)`. Other errors go on. */
export function answerRefusals(
  error: unknown,
  _request: unknown,
  response: ExpressResponse,
  next: Next,
): void {
  if (isAccessError(error)) response.status(error.status).set(error.headers).json(error.body)
  else next(error)
}
