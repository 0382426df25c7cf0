import type { CompareResult } from '../rows/comparison.ts'
import type { Finding } from './finding.ts'

/** A row of the run, and whether it was measured. */
export interface RowRun {
  readonly name: string
  readonly seconds: number
  /** Why there is no result; `null`: there is one. */
  readonly problem: string | null
}

/** Results of one run, as the JSON file beside the report stores them. */
export interface Results {
  /** ISO 8601 time of the start. */
  readonly startedAt: string
  /** Abbreviated commit, with a `+` if the working tree had changes. */
  readonly commit: string
  readonly machine: string
  readonly rounds: number
  /** Factor of the number of requests. */
  readonly scale: number
  /** The rows in the order in which they were measured. */
  readonly rows: readonly RowRun[]
  readonly comparisons: readonly CompareResult[]
  readonly findings: readonly Finding[]
}
