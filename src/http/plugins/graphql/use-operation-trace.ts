import type { Tracer } from '../../../lib/observation/tracer.ts'
import { operationLabel } from '../../documents/operation-label.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Executes each query and mutation in a span. */
export function useOperationTrace(contexts: RequestContexts, tracer: Tracer): HttpPlugin {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { document, operationName = null, contextValue } = args
      const { requestId, operation } = contexts.of(contextValue.request)
      const label = operationLabel(document, operationName)
      const type = operation?.type ?? 'operation'
      const span = {
        name: `${type} ${label}`,
        attributes: { 'graphql.operation.type': type, 'gatehouse.request_id': requestId },
      }
      setExecuteFn((given) => tracer.run(span, () => executeFn(given)))
    },
  }
}
