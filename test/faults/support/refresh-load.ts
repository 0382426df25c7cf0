import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, type GraphqlAnswer } from '../../support/actor.ts'
import { eventually } from '../../support/eventually.ts'
import { type SignedIn, signUp, tryMe, tryRefresh } from '../../support/people.ts'

/** An actor that reaches whatever listens at a port. */
export function actorAt(port: number): Actor {
  const overHttp = { fetch: (request: Request) => fetch(request) }
  return new Actor(overHttp, new URL(`http://127.0.0.1:${port}`), {})
}

/** Users with a session. Registers again if a busy machine exceeds a time limit. */
export function signUpAll(count: number, actor: () => Actor): Promise<readonly SignedIn[]> {
  return Promise.all(Array.from({ length: count }, () => eventually(() => signUp(actor()))))
}

/** Clients that refresh and read without a pause. They repeat nothing, so each failure counts. */
export class RefreshLoad {
  readonly #clients: readonly Promise<void>[]
  #over = false
  answered = 0
  /** Answers of UNAVAILABLE with status 503, which clients may repeat. */
  unavailable = 0
  /** Everything else that is no success: a cut connection, a refused token, another status. */
  readonly failures: string[] = []
  slowestMs = 0
  readonly #timesMs: number[] = []

  constructor(people: readonly SignedIn[], pauseMs = 0) {
    this.#clients = people.map((person) => this.#run(person, pauseMs))
  }

  /** 95 of 100 requests took at most this long. */
  get p95Ms(): number {
    return [...this.#timesMs].sort((a, b) => a - b)[Math.floor(this.#timesMs.length * 0.95)] ?? 0
  }

  /** Waits for that many more answers. */
  async untilAnswered(more: number): Promise<void> {
    const goal = this.answered + more
    while (this.answered < goal && !this.#over) await sleep(10)
  }

  async stop(): Promise<void> {
    this.#over = true
    await Promise.all(this.#clients)
  }

  async #run({ actor, accessToken, refreshToken }: SignedIn, pauseMs: number): Promise<void> {
    for (let tokens = { accessToken, refreshToken }; !this.#over; await sleep(pauseMs)) {
      const refreshed = await this.#count(() => tryRefresh(actor, tokens.refreshToken))
      const success = refreshed?.data?.refresh
      if (success?.__typename === 'RefreshSuccess') tokens = success.tokens
      else if (refreshed !== null && refreshed.status !== 503)
        this.failures.push(`refresh: ${refreshed.status} ${JSON.stringify(refreshed.data)}`)
      const read = await this.#count(() => tryMe(actor, tokens.accessToken))
      if (read !== null && read.status !== 503 && read.data?.me == null)
        this.failures.push(`me: ${read.status} ${JSON.stringify(read.errors)}`)
    }
  }

  async #count(ask: () => Promise<GraphqlAnswer>): Promise<GraphqlAnswer | null> {
    const startedMs = performance.now()
    try {
      const answer = await ask()
      const tookMs = performance.now() - startedMs
      this.#timesMs.push(tookMs)
      this.slowestMs = Math.max(this.slowestMs, tookMs)
      this.answered += 1
      if (answer.status === 503) this.unavailable += 1
      return answer
    } catch (error) {
      this.failures.push(String(error instanceof Error ? (error.cause ?? error) : error))
      return null
    }
  }
}
