import type {
  AuthClientOptions,
  Channel,
  Locks,
  SignedOutReason,
  Transport,
} from '../../../src/clients/client.ts'
import { createAuthClient } from '../../../src/clients/client.ts'
import type { Actor } from '../../support/actor.ts'
import type { TestApp } from '../../support/test-app.ts'

/** A request as the service received it. */
export interface SeenRequest {
  readonly query: string
  readonly variables: unknown
  readonly headers: Headers
  readonly credentials: RequestCredentials | undefined
}

/** Replaces the response of the service; undefined lets the request pass. */
export type Fault = (seen: SeenRequest) => Promise<Response | undefined> | Response | undefined

/** A browser: one cookie jar, one set of locks, and any number of tabs. */
export class Browser {
  readonly #test: TestApp
  readonly #transport: Transport
  readonly #channels = new Set<FakeChannel>()
  readonly locks = new FakeLocks()
  /** Holds the cookie jar. */
  readonly actor: Actor
  readonly seen: SeenRequest[] = []
  fault: Fault = () => undefined
  /** Whether the response of the service is lost on its way back. */
  lose: (seen: SeenRequest) => boolean = () => false
  /** What the response of the service, and its cookies, wait for on their way back. */
  hold: (seen: SeenRequest) => Promise<unknown> | undefined = () => undefined

  /** Changes the body of a request on its way to the service. */
  forge: (body: string) => string = (body) => body

  constructor(test: TestApp, transport: Transport) {
    this.#test = test
    this.#transport = transport
    this.actor = test.actor()
  }

  /** The number of requests whose document contains this field. */
  count(field: string): number {
    return this.seen.filter(({ query }) => new RegExp(`\\b${field}\\b`).test(query)).length
  }

  readonly fetch: typeof fetch = async (_url, init) => {
    const { query, variables } = JSON.parse(this.forge(String(init?.body)))
    const headers = new Headers(init?.headers)
    const seen = { query, variables, headers, credentials: init?.credentials }
    this.seen.push(seen)
    const faulty = await this.fault(seen)
    if (faulty !== undefined) return faulty
    const cookies = init?.credentials === 'include' ? {} : { cookie: undefined }
    const response = await this.actor.send(
      { query, variables },
      { ...Object.fromEntries(headers), ...cookies },
      () => this.hold(seen),
    )
    if (this.lose(seen)) throw new TypeError('fetch failed')
    return untilAborted(response, init?.signal ?? null)
  }

  /** Opens a page in a new tab. */
  tab(options: Partial<AuthClientOptions> = {}) {
    const signedOut: SignedOutReason[] = []
    const signedIn: string[] = []
    const auth = createAuthClient({
      url: new URL('/graphql', this.#test.config.server.publicUrl).href,
      transport: this.#transport,
      fetch: this.fetch,
      locks: this.locks,
      channel: () => new FakeChannel(this.#channels),
      now: () => this.#test.clock.now().getTime(),
      onSignedOut: (reason) => signedOut.push(reason),
      onSignedIn: () => signedIn.push('signed in'),
      ...options,
    })
    return { auth, signedOut, signedIn }
  }
}

/** Makes a response stream fail when its request is aborted, as browsers do. */
function untilAborted(response: Response, signal: AbortSignal | null): Response {
  if (signal === null || response.body === null) return response
  signal.throwIfAborted()
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => signal.addEventListener('abort', () => controller.error(signal.reason)),
    async pull(controller) {
      const { done, value } = await reader.read()
      if (signal.aborted) return
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => reader.cancel(),
  })
  return new Response(body, response)
}

/** BroadcastChannel of one browser: delivers in a later task, to every channel but the sender's. */
class FakeChannel implements Channel {
  readonly #all: Set<FakeChannel>
  onmessage: ((event: MessageEvent) => void) | null = null

  constructor(all: Set<FakeChannel>) {
    this.#all = all
    all.add(this)
  }

  postMessage(message: unknown): void {
    const data = structuredClone(message)
    for (const other of this.#all)
      if (other !== this) setTimeout(() => other.onmessage?.(new MessageEvent('message', { data })), 5)
  }

  close(): void {
    this.#all.delete(this)
  }
}

/** The navigator.locks of one browser. */
export class FakeLocks implements Locks {
  readonly #tails = new Map<string, Promise<unknown>>()
  /** The number of requests that have waited for a lock. */
  waits = 0

  async request<T>(
    name: string,
    options: { signal?: AbortSignal; ifAvailable?: true },
    work: (lock: object | null) => Promise<T>,
  ): Promise<T> {
    const before = this.#tails.get(name)
    if (options.ifAvailable && before !== undefined) return work(null)
    if (before !== undefined) this.waits += 1
    const run = Promise.resolve(before).then(() => work({}))
    const tail = run
      .catch(() => undefined)
      .then(() => {
        if (this.#tails.get(name) === tail) this.#tails.delete(name)
      })
    this.#tails.set(name, tail)
    return run
  }
}
