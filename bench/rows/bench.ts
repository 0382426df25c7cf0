import type { LoadGenerator } from '../load/load-generator.ts'
import type { Backends, ServerPark } from '../servers/server-park.ts'

/** What a row measures with. */
export interface Bench {
  readonly backends: Backends
  readonly park: ServerPark
  readonly load: LoadGenerator
  readonly rounds: number
  /** Factor of the number of requests: less than 1 for a quick run. */
  readonly scale: number
}
