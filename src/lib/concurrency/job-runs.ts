/** What is known of a job in all processes. */
export interface JobRun {
  readonly name: string
  /** When it last completed; null: never. */
  readonly succeededAt: Date | null
  /** How long that run took. */
  readonly durationMs: number | null
  /** Whether a process holds its lease. */
  readonly running: boolean
}

/** Remembers when jobs completed, for operators. */
export interface JobRuns {
  record(name: string, succeededAt: Date, durationMs: number): Promise<void>
  /** The jobs that ever completed, or run. */
  list(now: Date): Promise<readonly JobRun[]>
}
