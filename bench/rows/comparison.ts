import type { Contestant } from '../servers/contestants.ts'

/** A call that several contestants serve in turn. */
export interface Comparison {
  /** Name on the command line. */
  readonly name: string
  readonly title: string
  /** Name of the call in the clients. */
  readonly call: string
  readonly contestants: readonly Contestant[]
  readonly callers: number
  /** Requests in one round. */
  readonly requests: number
  /** Requests before the first round, so that V8 has compiled what runs often. */
  readonly warmUp: number
}

/** Medians over the rounds. Times are of one request. */
export interface Figures {
  readonly cpuMicros: number
  /** CPU of the main thread alone. */
  readonly mainMicros: number
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Number of requests that failed in all rounds. */
  readonly failed: number
}

export interface ComparedContestant extends Figures {
  readonly name: string
  /** CPU of the first contestant over the CPU of this one: the median over the rounds. */
  readonly cpuRatio: number
  /** Throughput of the first contestant over the throughput of this one. */
  readonly rateRatio: number
}

export interface CompareResult {
  readonly name: string
  readonly title: string
  readonly contestants: readonly ComparedContestant[]
}
