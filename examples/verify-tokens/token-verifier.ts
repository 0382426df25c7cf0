// Verifies tokens with Gatehouse over gRPC, with a deadline, retries and a circuit breaker. Copy it together with
// src/grpc/auth.proto of Gatehouse. Requires @grpc/grpc-js and @grpc/proto-loader.
import {
  type ChannelCredentials,
  type Client,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

export interface Verdict {
  readonly active: boolean
  readonly reason: string
  readonly subject: string
  readonly tenantId: string
  readonly permissions: readonly string[]
  readonly missingPermissions: readonly string[]
}

export interface TokenVerifierOptions {
  /** For example dns:///gatehouse.internal:4001. Several addresses are used round robin. */
  readonly address: string
  readonly credentials: ChannelCredentials
  readonly apiKey: string
  readonly protoFile: string
  /** Maximum time to wait for a verdict, including retries. Defaults to 250 ms. */
  readonly deadlineMs?: number
}

/** The token could not be verified: respond with 503, never accept the token. */
export class VerificationUnavailable extends Error {}

/** Transport failures. A verdict, even a negative one, is not retried. */
const retryableStatuses = [status.UNAVAILABLE]
const serviceConfig = {
  methodConfig: [
    {
      name: [{ service: 'gatehouse.v1.TokenVerification' }],
      retryPolicy: {
        maxAttempts: 3,
        initialBackoff: '0.02s',
        maxBackoff: '0.1s',
        backoffMultiplier: 2,
        retryableStatusCodes: retryableStatuses.map((code) => status[code]),
      },
    },
  ],
  loadBalancingConfig: [{ round_robin: {} }],
}

export class TokenVerifier {
  readonly #client: Client
  readonly #metadata = new Metadata()
  readonly #deadlineMs: number
  readonly #breaker = new CircuitBreaker()

  constructor(options: TokenVerifierOptions) {
    const name = 'gatehouse.v1.TokenVerification'
    const definition = loadSync(options.protoFile, { defaults: true, enums: String, longs: Number })[name]
    // biome-ignore lint/suspicious/noExplicitAny: the loader's type does not distinguish services from messages
    const Constructor = makeGenericClientConstructor(definition as any, name)
    this.#client = new Constructor(options.address, options.credentials, {
      'grpc.service_config': JSON.stringify(serviceConfig),
      'grpc.enable_retries': 1,
    })
    this.#metadata.set('x-api-key', options.apiKey)
    this.#deadlineMs = options.deadlineMs ?? 250
  }

  /** @throws VerificationUnavailable; ServiceError for failures that a retry cannot fix, such as a revoked API key */
  async verify(token: string, requiredPermissions: readonly string[] = []): Promise<Verdict> {
    if (this.#breaker.isOpen)
      throw new VerificationUnavailable('Verification is paused after repeated failures.')
    try {
      const verdict = await this.#call({ token, requiredPermissions })
      this.#breaker.succeeded()
      return verdict
    } catch (error) {
      const code = isServiceError(error) ? error.code : status.UNKNOWN
      if (code !== status.UNAVAILABLE && code !== status.DEADLINE_EXCEEDED) throw error
      this.#breaker.failed()
      throw new VerificationUnavailable(`The verification service does not respond (${status[code]}).`, {
        cause: error,
      })
    }
  }

  close(): void {
    this.#client.close()
  }

  #call(request: object): Promise<Verdict> {
    const options = { deadline: Date.now() + this.#deadlineMs }
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, verdict: Verdict) =>
        error ? reject(error) : resolve(verdict)
      Reflect.apply(Reflect.get(this.#client, 'Verify'), this.#client, [
        request,
        this.#metadata,
        options,
        done,
      ])
    })
  }
}

const maxFailures = 5
const pauseMs = 1000

/** Pauses calls for a second after five consecutive failures; then one call tests whether the service has recovered. */
class CircuitBreaker {
  #failures = 0
  #openUntil = 0

  get isOpen(): boolean {
    if (Date.now() < this.#openUntil) return true
    // The first caller after the pause makes the test call; the breaker stays open for the others.
    if (this.#failures >= maxFailures) this.#openUntil = Date.now() + pauseMs
    return false
  }

  succeeded(): void {
    this.#failures = 0
    this.#openUntil = 0
  }

  failed(): void {
    this.#failures += 1
    if (this.#failures >= maxFailures) this.#openUntil = Date.now() + pauseMs
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}
