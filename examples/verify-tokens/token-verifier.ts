// Asks Gatehouse over gRPC whether a token is good: with a deadline, retries and a circuit breaker. Copy it, and
// src/grpc/auth.proto of Gatehouse with it; it wants @grpc/grpc-js and @grpc/proto-loader and nothing else.
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
  /** For example dns:///gatehouse.internal:4001; several addresses are taken in turn. */
  readonly address: string
  readonly credentials: ChannelCredentials
  readonly apiKey: string
  readonly protoFile: string
  /** A request of yours waits no longer for the answer, retries included. */
  readonly deadlineMs?: number
}

/** Nobody knows now whether the token is good: answer 503 to whoever has shown it, and never let him in. */
export class VerificationUnavailable extends Error {}

/** What a service does not hear at its first try; a verdict is no failure. */
const retried = [status.UNAVAILABLE]
const serviceConfig = {
  methodConfig: [
    {
      name: [{ service: 'gatehouse.v1.TokenVerification' }],
      retryPolicy: {
        maxAttempts: 3,
        initialBackoff: '0.02s',
        maxBackoff: '0.1s',
        backoffMultiplier: 2,
        retryableStatusCodes: retried.map((code) => status[code]),
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
    // biome-ignore lint/suspicious/noExplicitAny: the loader does not tell services from messages
    const Constructor = makeGenericClientConstructor(definition as any, name)
    this.#client = new Constructor(options.address, options.credentials, {
      'grpc.service_config': JSON.stringify(serviceConfig),
      'grpc.enable_retries': 1,
    })
    this.#metadata.set('x-api-key', options.apiKey)
    this.#deadlineMs = options.deadlineMs ?? 250
  }

  /** @throws VerificationUnavailable; ServiceError for what no retry mends, such as a revoked API key */
  async verify(token: string, requiredPermissions: readonly string[] = []): Promise<Verdict> {
    if (this.#breaker.isOpen) throw new VerificationUnavailable('Verification rests after failures.')
    try {
      const verdict = await this.#call({ token, requiredPermissions })
      this.#breaker.succeeded()
      return verdict
    } catch (error) {
      const code = isServiceError(error) ? error.code : status.UNKNOWN
      if (code !== status.UNAVAILABLE && code !== status.DEADLINE_EXCEEDED) throw error
      this.#breaker.failed()
      throw new VerificationUnavailable(`Verification does not answer (${status[code]}).`, { cause: error })
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

/** After five failures in a row nobody is asked for a second; then one call finds out whether to go on. */
class CircuitBreaker {
  #failures = 0
  #restsUntil = 0

  get isOpen(): boolean {
    if (Date.now() < this.#restsUntil) return true
    // Whoever comes first tries; the others rest on meanwhile.
    if (this.#failures >= 5) this.#restsUntil = Date.now() + 1000
    return false
  }

  succeeded(): void {
    this.#failures = 0
    this.#restsUntil = 0
  }

  failed(): void {
    this.#failures += 1
    if (this.#failures >= 5) this.#restsUntil = Date.now() + 1000
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number'
}
