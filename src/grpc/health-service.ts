import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { healthService, verificationService } from './proto-definitions.ts'

interface HealthRequest {
  readonly service: string
}

type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN'

const watchIntervalMs = 2_000
/** The empty name stands for the whole server. */
const services: ReadonlySet<string> = new Set(['', verificationService, healthService])

/** The gRPC health checking protocol, by which clients and load balancers check whether this process accepts calls. */
export class HealthService {
  readonly #isReady: () => Promise<boolean>
  readonly #watchers = new Set<() => void>()
  #draining = false

  /** @param deps.isReady the same result as `/health/ready`; never rejects */
  constructor(deps: { isReady(): Promise<boolean> }) {
    this.#isReady = () => deps.isReady()
  }

  /** From now on the status is NOT_SERVING. Watchers receive it, and then the end of their stream. */
  startDraining(): void {
    this.#draining = true
    for (const update of this.#watchers) update()
  }

  get handlers(): UntypedServiceImplementation {
    return {
      Check: (call: ServerUnaryCall<HealthRequest, object>, callback: sendUnaryData<object>) =>
        void this.#check(call.request, callback),
      Watch: (call: ServerWritableStream<HealthRequest, object>) => this.#watch(call),
    }
  }

  async #check({ service }: HealthRequest, callback: sendUnaryData<object>): Promise<void> {
    if (!services.has(service)) return callback({ code: status.NOT_FOUND, details: 'No such service.' })
    callback(null, { status: await this.#statusOf(service) })
  }

  #watch(call: ServerWritableStream<HealthRequest, object>): void {
    let latest: ServingStatus | null = null
    const update = async () => {
      const now = await this.#statusOf(call.request.service)
      if (call.cancelled || now === latest) return
      latest = now
      call.write({ status: now })
      if (this.#draining) call.end()
    }
    const timer = setInterval(update, watchIntervalMs).unref()
    this.#watchers.add(update)
    const unwatch = () => {
      clearInterval(timer)
      this.#watchers.delete(update)
    }
    call.on('cancelled', unwatch)
    call.on('finish', unwatch)
    void update()
  }

  async #statusOf(service: string): Promise<ServingStatus> {
    if (!services.has(service)) return 'SERVICE_UNKNOWN'
    return !this.#draining && (await this.#isReady()) ? 'SERVING' : 'NOT_SERVING'
  }
}
