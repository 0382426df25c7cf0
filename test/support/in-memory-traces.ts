import { context, propagation, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import type { Closer } from '../../src/lib/concurrency/closer.ts'

/** Registers an SDK that keeps the spans in memory, until `closer` closes: other tests of the worker have no traces. */
export function traceInMemory(closer: Closer): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter()
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  provider.register()
  closer.add('traces', async () => {
    trace.disable()
    context.disable()
    propagation.disable()
    await provider.shutdown()
  })
  return exporter
}
