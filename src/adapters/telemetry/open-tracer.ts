import {
  context,
  type Span as OpenSpan,
  ProxyTracerProvider,
  propagation,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { Span, Tracer } from '../../lib/observation/tracer.ts'
import { errorCode } from '../../lib/text/error-text.ts'

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const
/** The headers that a propagator may read. Baggage would let clients add attributes. */
const traceHeaders = ['traceparent', 'tracestate'] as const

/** Traces through the SDK that the operator has registered before the start (`--import`). Null: there is none. */
export function openTracer(): Tracer | null {
  const provider = trace.getTracerProvider()
  if (provider instanceof ProxyTracerProvider && provider.getDelegateTracer('gatehouse') === undefined)
    return null
  const tracer = provider.getTracer('gatehouse')
  return {
    run({ name, ...span }, work) {
      return tracer.startActiveSpan(name, optionsOf(span), (open) =>
        endingWith(open, () => work((attributes) => open.setAttributes(attributes))),
      )
    },
    begin({ name, ...span }) {
      const open = tracer.startSpan(name, optionsOf(span))
      return (error) => endSpan(open, error)
    },
    get isInSpan() {
      return trace.getActiveSpan() !== undefined
    },
    continueFrom(header, work) {
      return context.with(parentOf(header), work)
    },
    get traceId() {
      return trace.getActiveSpan()?.spanContext().traceId ?? null
    },
  }
}

function optionsOf({ kind, attributes }: Omit<Span, 'name'>): SpanOptions {
  return {
    ...(kind === undefined ? {} : { kind: kinds[kind] }),
    ...(attributes === undefined ? {} : { attributes }),
  }
}

function parentOf(header: (name: string) => string | null) {
  const carrier = Object.fromEntries(traceHeaders.map((name) => [name, header(name) ?? undefined]))
  return propagation.extract(context.active(), carrier)
}

function endingWith<T>(span: OpenSpan, work: () => T): T {
  try {
    const result = work()
    if (result instanceof Promise)
      result.then(
        () => endSpan(span),
        (error: unknown) => endSpan(span, error),
      )
    else endSpan(span)
    return result
  } catch (error) {
    endSpan(span, error)
    throw error
  }
}

/** An error is its class or code: messages of drivers quote values. */
function endSpan(span: OpenSpan, error?: unknown): void {
  if (error !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttribute('error.type', errorCode(error) ?? (error instanceof Error ? error.name : 'unknown'))
  }
  span.end()
}
