const maxRetryAfterSeconds = 60

/** Something that a check needs is missing. The credential is neither accepted nor refused. */
export class UnavailableFailure extends Error {
  /** The HTTP status with which Gatehouse answered; null if it did not answer. */
  readonly status: number | null
  readonly retryAfterSeconds: number

  constructor(
    message: string,
    details: { status?: number; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.name = 'UnavailableFailure'
    this.status = details.status ?? null
    const seconds = details.retryAfterSeconds ?? 1
    this.retryAfterSeconds = seconds >= 1 && seconds <= maxRetryAfterSeconds ? Math.ceil(seconds) : 1
  }
}
