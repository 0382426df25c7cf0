import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import type { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { actorAt } from '../support/limits.ts'
import { registerDocument } from '../support/operations.ts'
import { signUp, tryLogin } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

/** `asked`: how often a call that was executed asked for room. `charging`: charges that the counters have not decided yet. */
const state = { overloaded: false, lookUps: 0, admitted: 0, asked: 0, charging: 0 }
/** What was counted, as `name label`. */
let counted: string[] = []

function overloadable(opened: Infrastructure): Infrastructure {
  const { hasher, rateLimiter } = opened
  const { users, tenants } = { users: opened.stores.users, tenants: opened.tenants }
  const [findForLogin, findBySlug] = [users.findForLogin.bind(users), tenants.findBySlug.bind(tenants)]
  users.findForLogin = (...given) => {
    state.lookUps += 1
    return findForLogin(...given)
  }
  tenants.findBySlug = (...given) => {
    state.lookUps += 1
    return findBySlug(...given)
  }
  const admit = () => {
    state.asked += 1
    if (state.overloaded) return null
    state.admitted += 1
    return () => {
      state.admitted -= 1
    }
  }
  const consume: typeof rateLimiter.consume = async (charge) => {
    state.charging += 1
    try {
      return await rateLimiter.consume(charge)
    } finally {
      state.charging -= 1
    }
  }
  return {
    ...opened,
    metrics: {
      ...noMetrics,
      count: (name, ...labels) => counted.push([name, ...labels].join(' ')),
      observe: (name, _seconds, label) => counted.push(`${name} ${label}`),
    },
    rateLimiter: {
      consume,
      refund: (charge) => rateLimiter.refund(charge),
      refusalOf: (charge) => rateLimiter.refusalOf(charge),
    },
    hasher: {
      ...hasher,
      admit,
      get hasRoom() {
        return !state.overloaded
      },
    },
  }
}

let test: TestApp
beforeAll(async () => {
  const env = {
    RATE_LIMITS: 'on',
    TRUSTED_PROXIES: '192.0.2.7',
    RATE_LIMIT_LOGIN_IDENTIFIER: '3/1m',
    RATE_LIMIT_MAIL_ADDRESS: '100/1h',
  }
  test = await createTestApp({ env, infrastructure: overloadable })
})
afterAll(() => test.close())

async function whileOverloaded<T>(work: () => Promise<T>): Promise<T> {
  state.overloaded = true
  state.lookUps = 0
  state.asked = 0
  try {
    return await work()
  } finally {
    state.overloaded = false
  }
}

/** A call of a client over a network: the next one comes when this one has been counted. */
async function tryRemotely(actor: Actor, email: string) {
  const answer = await tryLogin(actor, email)
  do await setImmediate()
  while (state.charging > 0)
  return answer
}

const blocks = () => test.log.filter((line) => line.includes('an address was blocked')).length
const tryRegister = () =>
  test.actor().ask(registerDocument, { input: { email: freshEmail(), password: goodPassword } })

const login = 'mutation Login($input: LoginInput!)'
const documents = {
  login: `${login} { login(input: $input) { __typename } }`,
  register: 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }',
}
const someLogin = () => ({ identifier: freshEmail(), password: goodPassword })

/** Sends a document that no other test sends, twice; the first time, the process parses it. */
async function askTwice(document: string, input: object, headers: Record<string, string> = {}) {
  const actor = test.actor()
  const text = `${document} # ${freshEmail()}`
  return whileOverloaded(async () => [
    await actor.ask(text, { input }, headers),
    await actor.ask(text, { input }, headers),
  ])
}

describe('a call whose document the process has seen, while the password hasher has no room', () => {
  it.each([
    ['login', documents.login, someLogin()],
    ['registration', documents.register, { email: freshEmail(), password: goodPassword }],
  ])('is refused without being executed, by the same answer: %s', async (_name, document, input) => {
    const [executed, known] = await askTwice(document, input)
    expect(state.asked).toBe(1)
    expect(known?.status).toBe(503)
    expect(known).toMatchObject({ data: executed?.data, errors: executed?.errors })
    expect(known?.headers.get('retry-after')).toBe(executed?.headers.get('retry-after'))
    expect(known?.headers.get('content-type')).toBe(executed?.headers.get('content-type'))
  })

  it.each<[string, string, Record<string, string>]>([
    ['another field', `${login} { login(input: $input) { __typename } logout { __typename } }`, {}],
    ['a condition', `${login} { login(input: $input) @include(if: true) { __typename } }`, {}],
    ['a fragment', `${login} { ...F } fragment F on Mutation { login(input: $input) { __typename } }`, {}],
    ['a token', documents.login, { authorization: 'Bearer none' }],
    ['an API key', documents.login, { 'x-api-key': 'none' }],
  ])('is executed if it has %s', async (_name, document, headers) => {
    await askTwice(document, someLogin(), headers)
    expect(state.asked).toBe(2)
  })

  it('is executed if its variables are not valid', async () => {
    const [, known] = await askTwice(documents.login, { identifier: 5, password: goodPassword })
    expect(known?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  it('is executed if its document is not valid', async () => {
    const [, known] = await askTwice(`${login} { login(input: $input) { none } }`, someLogin())
    expect(known?.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
  })

  it('is counted and logged as a refused call', async () => {
    const document = `${documents.login} # ${freshEmail()}`
    const ask = () => whileOverloaded(() => test.actor().ask(document, { input: someLogin() }))
    await ask()
    expect(state.asked).toBe(1)
    counted = []
    await ask()
    expect(state.asked).toBe(0)
    expect(counted).toEqual(expect.arrayContaining(['hash_refused', 'calls login UNAVAILABLE', 'call login']))
    expect(JSON.parse(test.log.at(-1) ?? '{}')).toMatchObject({ operation: 'Login', status: 503 })
  })

  it('is refused by GET with 405', async () => {
    const document = `${documents.login} # ${freshEmail()}`
    const parameters = { query: document, variables: JSON.stringify({ input: someLogin() }) }
    await whileOverloaded(async () => {
      await test.actor().ask(document, { input: someLogin() })
      const url = `http://localhost:4000/graphql?${new URLSearchParams(parameters)}`
      expect((await test.app.fetch(new Request(url), { peerAddress: '192.0.2.7' })).status).toBe(405)
    })
  })

  it('is executed if its operation has another name', async () => {
    const query = `${documents.login} # ${freshEmail()}`
    const body = { query, variables: { input: someLogin() } }
    await whileOverloaded(async () => {
      await test.actor().send({ ...body, operationName: 'Login' })
      await test.actor().send({ ...body, operationName: 'Login' })
      expect(state.asked).toBe(1)
      const answer = await test.actor().send({ ...body, operationName: 'Other' })
      expect(await answer.text()).toContain('operationName')
    })
  })
})

describe('a login and a registration, while the password hasher has no room', () => {
  it('are refused before anything is looked up', async () => {
    const answers = await whileOverloaded(() =>
      Promise.all([tryLogin(test.actor(), freshEmail()), tryRegister()]),
    )
    for (const answer of answers) {
      expect([answer.status, reasonOf(answer)]).toEqual([503, 'UNAVAILABLE'])
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    }
    expect(state.lookUps).toBe(0)
  })

  it('are charged to their budgets nevertheless', async () => {
    const ada = await signUp(test.actor())
    for (let n = 0; n < 3; n += 1) await whileOverloaded(() => tryRemotely(test.actor(), ada.email))
    expect((await tryLogin(test.actor(), ada.email)).data.login.code).toBe('RATE_LIMITED')
  })

  it('do not block the address of clients that wait as long as the answers say', async () => {
    const clients = Array.from({ length: 3 }, () => ({ email: freshEmail(), waitSeconds: 0 }))
    const actor = actorAt(test)
    const codes = new Set<string>()
    await whileOverloaded(async () => {
      for (let second = 0; second < 300; second += 1) {
        for (const client of clients) {
          client.waitSeconds -= 1
          if (client.waitSeconds > 0) continue
          const answer = await tryRemotely(actor, client.email)
          codes.add(answer.data?.login?.code ?? `${answer.status} ${reasonOf(answer)}`)
          client.waitSeconds =
            answer.data?.login?.retryAfterSeconds ?? Number(answer.headers.get('retry-after'))
          expect(client.waitSeconds).toBeGreaterThanOrEqual(1)
        }
        test.clock.advance(1)
      }
    })
    expect([...codes].toSorted()).toEqual(['503 UNAVAILABLE', 'RATE_LIMITED'])
    expect(blocks()).toBe(0)
  })

  it('block the address of a client that does not wait', async () => {
    const actor = actorAt(test)
    await whileOverloaded(async () => {
      for (let call = 0; call < 130; call += 1) await tryRemotely(actor, freshEmail())
      expect((await tryLogin(actor, freshEmail())).status).toBe(429)
    })
    expect(blocks()).toBe(1)
  })

  it('leave their place when they end, however they end', async () => {
    await tryLogin(test.actor(), freshEmail(), 'wrong')
    await signUp(test.actor())
    await test.actor().ask(registerDocument, { input: { email: 'no address', password: goodPassword } })
    expect(state.admitted).toBe(0)
  })
})
