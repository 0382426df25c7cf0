import { isAccessError } from '../access-error.ts'
import { admit, type ProtectOptions } from '../request-viewers.ts'
import type { Verifier } from '../verifier.ts'

export { findViewerOf, type ProtectOptions, viewerOf } from '../request-viewers.ts'

type Handler<Rest extends readonly unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>

/**
 * A handler that admits requests with a valid credential, for servers and frameworks with standard requests. The wrapped handler calls
 * `viewerOf(request)`; an AccessError that it throws is answered.
 */
export function protect<Rest extends readonly unknown[]>(
  verifier: Verifier,
  handler: Handler<Rest>,
  options: ProtectOptions = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    try {
      await admit(verifier, request, request.headers, options)
      return await handler(request, ...rest)
    } catch (error) {
      if (isAccessError(error)) return error.getResponse()
      throw error
    }
  }
}
