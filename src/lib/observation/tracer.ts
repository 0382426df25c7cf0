export type SpanAttributes = Readonly<Record<string, string | number>>

/** A piece of work in a trace. Names and attributes come from the code: they never hold a secret, or text of a client. */
export interface Span {
  readonly name: string
  /** `server`: a request; `client`: a call to something outside of the process. Default: `internal`. */
  readonly kind?: 'server' | 'client'
  readonly attributes?: SpanAttributes
}

/** Adds attributes that are known only when the work has ended. */
export type DescribeSpan = (attributes: SpanAttributes) => void

/** Port to the traces of the operator. Where there are none, there is no tracer: what is not traced costs nothing. */
export interface Tracer {
  /** Does the work in a span, which is the parent of spans that begin within it, and ends with it. */
  run<T>(span: Span, work: (describe: DescribeSpan) => T): T
  /** Begins a span that has no parts. Call the result once, when it ends. */
  begin(span: Span): (error?: unknown) => void
  /** Whether spans that begin now have a parent. */
  readonly isInSpan: boolean
  /** Does the work as a part of the trace that these headers name, if any (W3C `traceparent`, `tracestate`). */
  continueFrom<T>(header: (name: string) => string | null, work: () => T): T
  /** The id of the present trace; null: there is none. */
  readonly traceId: string | null
}
