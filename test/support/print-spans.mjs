// Loaded by `node --import` before the service: an SDK of OpenTelemetry that prints each span as a line of JSON on standard error.
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'

/** @type {import('@opentelemetry/sdk-trace-node').SpanExporter} */
const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { traceId, spanId } = span.spanContext()
      const parent = span.parentSpanContext?.spanId ?? null
      const { name, attributes } = span
      process.stderr.write(`${JSON.stringify({ span: name, traceId, spanId, parent, attributes })}\n`)
    }
    done({ code: 0 })
  },
  shutdown: async () => undefined,
}

new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
