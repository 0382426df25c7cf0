import type { Metrics } from '../../../lib/observation/metrics.ts'
import { operationLabel, trustedLabel } from '../../documents/operation-label.ts'
import type { TrustedDocuments } from '../../request/trusted-documents.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface OperationMetricsDeps {
  readonly metrics: Metrics
  /** Null: no document is trusted. */
  readonly documents: Pick<TrustedDocuments, 'isTrusted'> | null
}

/** Counts and times the execution of each query and mutation. */
export function useOperationMetrics({ metrics, documents }: OperationMetricsDeps): HttpPlugin {
  return {
    onExecute({ args }) {
      const startedMs = performance.now()
      return {
        onExecuteDone({ result }) {
          const { document, operationName = null, contextValue } = args
          const label = documents?.isTrusted(contextValue.params.query ?? '')
            ? trustedLabel(document, operationName)
            : operationLabel(document, operationName)
          metrics.observe('operation', (performance.now() - startedMs) / 1000, label)
          metrics.count('operations', label, hasErrors(result) ? 'errors' : 'ok')
        },
      }
    },
  }
}

function hasErrors(result: object): boolean {
  return 'errors' in result && Array.isArray(result.errors) && result.errors.length > 0
}
