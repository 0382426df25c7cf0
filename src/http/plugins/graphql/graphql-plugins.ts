import type { HttpPlugin } from '../http-plugin.ts'
import type { PluginDeps } from '../plugin-deps.ts'
import { useDocumentLimits } from './use-document-limits.ts'
import { useGraphqlRequests } from './use-graphql-requests.ts'
import { useOperation } from './use-operation.ts'
import { useOperationMetrics } from './use-operation-metrics.ts'
import { useOperationTrace } from './use-operation-trace.ts'
import { useOriginCheck } from './use-origin-check.ts'
import { useOverload } from './use-overload.ts'
import { useTimeLimit } from './use-time-limit.ts'
import { useValidation } from './use-validation.ts'
import { useVariableErrors } from './use-variable-errors.ts'

/** GraphQL: checks the request, then parses, validates and executes its operation within limits. */
export function graphqlPlugins(deps: PluginDeps): HttpPlugin[] {
  const { contexts, config, foreignPages, tracer = null } = deps
  return [
    useOriginCheck(contexts, foreignPages),
    useGraphqlRequests(contexts, deps.documents),
    ...(deps.overload === null ? [] : [useOverload({ ...deps, ...deps.overload })]),
    useDocumentLimits(deps.credentialFields),
    useOperation(contexts, deps.postOnlyFields),
    useValidation({ introspection: config.introspection }),
    useVariableErrors(),
    useTimeLimit(deps.executionLimitMs),
    ...(tracer === null ? [] : [useOperationTrace(contexts, tracer)]),
    ...(deps.measuresOperations === true ? [useOperationMetrics(deps)] : []),
    ...(deps.plugins ?? []),
  ]
}
