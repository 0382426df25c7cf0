import { isAccessError } from '../access-error.ts'
import type { RequestHeaders } from '../credential.ts'
import { admit, type ProtectOptions } from '../request-viewers.ts'
import type { Verifier } from '../verifier.ts'

export { findViewerOf, type ProtectOptions, viewerOf } from '../request-viewers.ts'

type FastifyRequest = { readonly headers: RequestHeaders }
type FastifyReply = { code(status: number): { headers(values: object): { send(body: unknown): unknown } } }

/** Hook that admits requests with a valid credential: `app.addHook('onRequest', protect(verifier))`. Handlers call `viewerOf(request)`. */
export function protect(verifier: Verifier, options: ProtectOptions = {}) {
  return (request: FastifyRequest, _reply: unknown): Promise<void> =>
    admit(verifier, request, request.headers, options)
}

/** Error handler that answers refusals as JSON: `app.setErrorHandler(answerRefusals)`. Other errors go on. */
export function answerRefusals(error: unknown, _request: unknown, reply: FastifyReply): unknown {
  if (!isAccessError(error)) throw error
  return reply.code(error.status).headers(error.headers).send(error.body)
}
