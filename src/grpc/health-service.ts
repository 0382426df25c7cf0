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

const watchMs = 2_000
/** The empty name is the server as a whole. */
const services: ReadonlySet<string> = new Set(['', verificationService, healthService])

/** Whether this process takes calls: the gRPC health checking protocol, by which clients and load balancers find it. */
export class HealthService {
  readonly #isReady: () => Promise<boolean>
  readonly #watchers = new Set<() => void>()
  #draining = false

  /** @param deps.isReady what `/health/ready` answers; never rejects */
  constructor(deps: { isReady(): Promise<boolean> }) {
    this.#isReady = () => deps.isReady()
  }

  /** From now on nothing is served; whoever watches is told so, and that this was the last word. */
  startDraining(): void {
    this.#draining = true
    for (const tell of this.#watchers) tell()
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
    const tell = async () => {
      const now = await this.#statusOf(call.request.service)
      if (call.cancelled || now === latest) return
      latest = now
      call.write({ status: now })
      if (this.#draining) call.end()
    }
    const timer = setInterval(tell, watchMs).unref()
    this.#watchers.add(tell)
    const forget = () => {
      clearInterval(timer)
      this.#watchers.delete(tell)
    }
    call.on('cancelled', forget)
    call.on('finish', forget)
    void tell()
  }

  async #statusOf(service: string): Promise<ServingStatus> {
    if (!services.has(service)) return 'SERVICE_UNKNOWN'
    return !this.#draining && (await this.#isReady()) ? 'SERVING' : 'NOT_SERVING'
  }
}
