import type { TimedWork, Timings } from '../../lib/observation/timings.ts'
import type { Span, Tracer } from '../../lib/observation/tracer.ts'

const spans: Readonly<Record<TimedWork, (name: string) => Span>> = {
  database: (name) => ({
    name: `sql ${name}`,
    kind: 'client',
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': name },
  }),
  redis: (name) => ({
    name: `redis ${name}`,
    kind: 'client',
    attributes: { 'db.system.name': 'redis', 'db.operation.name': name },
  }),
  hash_wait: () => ({ name: 'hash wait' }),
  hash: () => ({ name: 'hash' }),
  service: (name) => ({ name: `call ${name}`, kind: 'client', attributes: { 'peer.service': name } }),
}

const ignore = (): void => undefined

/**
 * Timings that are spans. Statements and scripts are a part of something; those of polls, which run every second, are
 * left out. Calls to other services begin a trace if they are not.
 */
export function createTraceTimings(tracer: Tracer): Timings {
  return {
    begin(work, name) {
      if (work !== 'service' && !tracer.isInSpan) return ignore
      return tracer.begin(spans[work](name))
    },
  }
}

/** Timings that measure each work in both ways. */
export function bothTimings(first: Timings | null, second: Timings | null): Timings | null {
  if (first === null || second === null) return first ?? second
  return {
    begin(work, name) {
      const endFirst = first.begin(work, name)
      const endSecond = second.begin(work, name)
      return (error) => {
        endFirst(error)
        endSecond(error)
      }
    },
  }
}
