/** How the requests of one stretch are sent. */
export type Pattern =
  /** Each of the callers sends its next request when the previous one is answered. `null`: until the stretch is ended. */
  | { readonly kind: 'loop'; readonly callers: number; readonly requests: number | null }
  /** Requests start at a fixed rate, whether or not earlier ones are answered. Latency counts from the planned start. */
  | { readonly kind: 'rate'; readonly callers: number; readonly perSecond: number; readonly requests: number }
  /** Each of the callers opens a stream of session events, which stays open until the stretch is ended. */
  | { readonly kind: 'streams'; readonly callers: number }

/** What to send, and how. */
export interface Load {
  /** Name of the product in `clients.ts`, for example `gatehouse`. */
  readonly product: string
  /** Name of the call, for example `me`. */
  readonly call: string
  readonly url: string
  readonly pattern: Pattern
}

/** A message to the load generator. */
export type LoadOrder =
  | { readonly kind: 'run'; readonly id: number; readonly load: Load }
  /** Signs the callers of a load in, so that this is not part of the stretch. */
  | { readonly kind: 'gather'; readonly id: number; readonly load: Load }
  /** Ends a stretch that runs. */
  | { readonly kind: 'end'; readonly id: number }

/** Result of one stretch. Latencies are in milliseconds, in ascending order. */
export interface LoadResult {
  readonly seconds: number
  readonly latencies: readonly number[]
  /** Latencies of requests that were refused or failed. */
  readonly refused: readonly number[]
  /** Number of those that had no answer: the connection failed, or the answer took too long. */
  readonly unanswered: number
  /** The first answer that was not a success, to explain failures. */
  readonly refusal: string | null
}

export type LoadReply =
  | { readonly id: number; readonly result: LoadResult }
  | { readonly id: number; readonly error: string }
