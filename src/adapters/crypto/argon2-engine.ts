/** Cost of a hash, and the secret input (RFC 9106, section 3.1); null = none. */
export interface Argon2Cost {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  readonly secret: Uint8Array | null
}

/** An implementation of argon2id. The implementations verify the hashes of each other. */
export interface Argon2Engine {
  /** The package that computes the hashes. */
  readonly name: string
  /** Whether it hashes in the thread pool of libuv, which other work shares. */
  readonly usesPool: boolean
  /** Returns a PHC string with a random salt of 16 bytes and a hash of 32 bytes. */
  hash(password: string, cost: Argon2Cost): Promise<string>
  /** `hash` is a PHC string whose parameters have been checked, in any order. */
  verify(hash: string, password: string, secret: Uint8Array | null): Promise<boolean>
  close(): Promise<void>
}
