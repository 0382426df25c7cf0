/** Cost of a password hash (argon2id, RFC 9106), and the bounds of the queue in front of it. */
export interface HashingSettings {
  /** Memory of one hash, in KiB; at least 8 for each lane (RFC 9106, 3.1). */
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  /** Maximum number of hashes that run at once. */
  readonly concurrency: number
  /**
   * Upper bound of `concurrency` if hashes run in the thread pool of libuv. It is smaller than the pool, which file and
   * DNS work shares.
   */
  readonly pooledConcurrency: number
  /** Maximum time that a caller waits for a free slot. */
  readonly queueSeconds: number
}
