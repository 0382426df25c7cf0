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

/** A request as the service got it. */
export interface Seen {
  readonly query: string
  readonly variables: unknown
  readonly headers: Headers
  readonly credentials: RequestCredentials | undefined
}

/** What happens to a request instead of reaching the service, or to its answer; undefined lets it pass. */
export type Fault = (seen: Seen) => Promise<Response | undefined> | Response | undefined

/** A browser: one cookie jar, one set of locks, and any number of tabs. */
export class Browser {
  readonly #test: TestApp
  readonly #transport: Transport
  readonly #channels = new Set<FakeChannel>()
  readonly locks = new FakeLocks()
  /** The jar. */
  readonly actor: Actor
  readonly seen: Seen[] = []
  fault: Fault = () => undefined
  /** Whether the answer of the service is lost on its way back. */
  lose: (seen: Seen) => boolean = () => false

  /** Changes the body of a request on its way. */
  forge: (body: string) => string = (body) => body

  constructor(test: TestApp, transport: Transport) {
    this.#test = test
    this.#transport = transport
    this.actor = test.actor()
  }

  /** How many requests asked for this field. */
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
    )
    if (this.lose(seen)) throw new TypeError('fetch failed')
    return untilAborted(response, init?.signal ?? null)
  }

  /** Opens a page. */
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

/** A stream ends when its request is aborted, as that of a browser does. */
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

/** BroadcastChannel of one browser: told in a later task, to everybody but the speaker. */
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

/** navigator.locks of one browser. */
export class FakeLocks implements Locks {
  readonly #tails = new Map<string, Promise<unknown>>()

  async request<T>(
    name: string,
    options: { signal?: AbortSignal; ifAvailable?: true },
    work: (lock: object | null) => Promise<T>,
  ): Promise<T> {
    const before = this.#tails.get(name)
    if (options.ifAvailable && before !== undefined) return work(null)
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
