import { PublicErrors } from '../../answer/public-errors.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import type { PluginDeps } from '../plugin-deps.ts'
import { useDrain } from './use-drain.ts'
import { useGraphqlResponses } from './use-graphql-responses.ts'
import { useRequestLog } from './use-request-log.ts'
import { useResponseCookies } from './use-response-cookies.ts'
import { useSecurityHeaders } from './use-security-headers.ts'

/** The answer: masks errors, adds cookies and headers, and logs the request. */
export function answerPlugins(deps: PluginDeps): HttpPlugin[] {
  const { contexts, clock, logger, metrics, config, drain } = deps
  const errors = new PublicErrors({ logger, clock, isUnavailable: (error) => deps.isUnavailable(error) })
  return [
    useGraphqlResponses({ contexts, errors }),
    useResponseCookies(contexts),
    useSecurityHeaders(config.server.publicUrl),
    useDrain(drain),
    useRequestLog({ contexts, clock, logger, metrics }),
  ]
}
