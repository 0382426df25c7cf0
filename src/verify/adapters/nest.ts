import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common'
import { AccessError } from '../access-error.ts'
import { admit, type ProtectOptions } from '../request-viewers.ts'
import type { Verifier } from '../verifier.ts'

export { findViewerOf, type ProtectOptions, viewerOf } from '../request-viewers.ts'

/** A guard that admits HTTP requests with a valid credential: `app.useGlobalGuards(createGuard(verifier))`. Handlers call `viewerOf(request)`. */
export function createGuard(verifier: Verifier, options: ProtectOptions = {}): CanActivate {
  return {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      if (context.getType() !== 'http') throw new Error('This guard checks HTTP requests only.')
      const request = context.switchToHttp().getRequest()
      await admit(verifier, request, request.headers, options)
      return true
    },
  }
}

/** A filter that answers refusals as JSON, on Express and Fastify: `app.useGlobalFilters(createFilter())`. */
export function createFilter(): ExceptionFilter<AccessError> {
  class RefusalFilter implements ExceptionFilter<AccessError> {
    catch({ status, headers, body }: AccessError, host: ArgumentsHost): void {
      const response = host.switchToHttp().getResponse()
      for (const [name, value] of Object.entries(headers)) response.header(name, value)
      response.status(status).send(body)
    }
  }
  Catch(AccessError)(RefusalFilter)
  return new RefusalFilter()
}
