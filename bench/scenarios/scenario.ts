import type { Finding } from '../report/finding.ts'
import type { Bench } from '../rows/bench.ts'

/** A measurement of Gatehouse alone. */
export interface Scenario {
  /** Name on the command line. */
  readonly name: string
  measure(bench: Bench): Promise<readonly Finding[]>
}
