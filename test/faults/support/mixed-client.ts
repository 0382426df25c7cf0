import { randomUUID } from 'node:crypto'
import { Actor, type GraphqlAnswer } from '../../support/actor.ts'
import { outcomeOf } from '../../support/answers.ts'
import type { ServiceProcess } from '../../support/service-process.ts'
import { goodPassword } from '../../support/test-app.ts'

// Operations and fields that every version since 0.1 has.
const tokens = 'tokens { accessToken refreshToken }'
const documents = {
  register: `mutation($input: RegisterInput!) { register(input: $input) { __typename ... on RegisterSuccess { ${tokens} } } }`,
  login: `mutation($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { ${tokens} } } }`,
  refresh: `mutation($input: RefreshInput!) { refresh(input: $input) { __typename ... on RefreshSuccess { ${tokens} } } }`,
  logout: 'mutation { logout { __typename } }',
  me: '{ me { id email } }',
  sessions: '{ sessions(first: 5) { nodes { id createdAt expiresAt } } }',
} as const
export type Step = keyof typeof documents

/** Which version served a step, what it did, and how it ended: `new refresh RefreshSuccess`. */
export type Tally = Map<string, number>
type Counting = Pick<Tally, 'get' | 'set'>

export interface Version {
  readonly name: string
  readonly service: ServiceProcess
}

/** A client with one session, whose requests a load balancer gives to any of several versions. */
export class MixedClient {
  readonly #actor: Actor
  readonly #tally: Counting
  readonly #choose: () => Version
  readonly email = `mixed-${randomUUID()}@example.com`
  #version: Version
  #tokens = { accessToken: '', refreshToken: '' }

  constructor(choose: () => Version, tally: Counting) {
    this.#choose = choose
    this.#tally = tally
    this.#version = choose()
    const fetchFromAny = (request: Request) => {
      const url = new URL(request.url)
      url.port = String(this.#version.service.port)
      return fetch(new Request(url, request))
    }
    this.#actor = new Actor({ fetch: fetchFromAny }, new URL('http://127.0.0.1'), {})
  }

  get accessToken(): string {
    return this.#tokens.accessToken
  }

  register(): Promise<string> {
    return this.#open('register', { email: this.email, password: goodPassword })
  }

  login(): Promise<string> {
    return this.#open('login', { identifier: this.email, password: goodPassword })
  }

  refresh(): Promise<string> {
    return this.#open('refresh', { refreshToken: this.#tokens.refreshToken })
  }

  read(step: 'me' | 'sessions' | 'logout', accessToken = this.accessToken): Promise<string> {
    return this.#ask(step, {}, accessToken).then(({ outcome }) => outcome)
  }

  async #open(step: 'register' | 'login' | 'refresh', input: object): Promise<string> {
    const { answer, outcome } = await this.#ask(step, { input })
    const issued = answer?.data?.[step]?.tokens
    if (issued !== undefined) this.#tokens = issued
    return outcome
  }

  async #ask(step: Step, variables: Readonly<Record<string, unknown>>, accessToken?: string) {
    this.#version = this.#choose()
    const headers = accessToken === undefined ? {} : Actor.bearer(accessToken)
    const answer = await this.#actor
      .ask(documents[step], variables, headers)
      .catch((): GraphqlAnswer | null => null)
    const outcome = answer === null ? 'no answer' : outcomeOf(answer)
    const name = `${this.#version.name} ${step} ${outcome}`
    this.#tally.set(name, (this.#tally.get(name) ?? 0) + 1)
    return { answer, outcome }
  }
}
