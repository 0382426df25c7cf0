import { isAccessError } from '../access-error.ts'
import { admit, type ProtectOptions } from '../request-viewers.ts'
import type { Verifier } from '../verifier.ts'

export { findViewerOf, type ProtectOptions, viewerOf } from '../request-viewers.ts'

type HonoContext = { readonly req: { readonly raw: Request } }

/**
 * Middleware that admits requests with a valid credential: `app.use(protect(verifier))`. Handlers call `viewerOf(c)`. An AccessError
 * of a handler is answered by Hono, since it has the method getResponse.
 */
export function protect(verifier: Verifier, options: ProtectOptions = {}) {
  return async (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined> => {
    try {
      await admit(verifier, context, context.req.raw.headers, options)
    } catch (error) {
      if (isAccessError(error)) return error.getResponse()
      throw error
    }
    await next()
    return undefined
  }
}
