import type { Tracer } from '../lib/observation/tracer.ts'

/** The functions of an object, such as all flows, each in a span of its own. The object itself if nothing is traced. */
export function traceFunctions<Functions extends object>(
  tracer: Tracer | null,
  kind: 'flow' | 'job',
  functions: Functions,
): Functions
export function traceFunctions(tracer: Tracer | null, kind: 'flow' | 'job', functions: object): object {
  if (tracer === null) return functions
  return Object.fromEntries(
    Object.entries(functions).map(([name, work]: [string, unknown]) => {
      if (typeof work !== 'function') return [name, work]
      const span = { name: `${kind} ${name}` }
      return [name, (...args: unknown[]) => tracer.run(span, () => Reflect.apply(work, functions, args))]
    }),
  )
}
