import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { registerDocument } from '../support/operations.ts'
import { createOutage, type Outage } from '../support/outage.ts'
import { type SignedIn, signUp, signUpAs, tryLogin, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'

let outage: Outage
let ada: SignedIn
beforeAll(async () => {
  outage = await createOutage()
})
afterAll(() => outage.close())
beforeEach(async () => {
  outage.proxy.restore()
  ada = await eventually(() => signUp(outage.test.actor()), { everyMs: 100 })
})

const get = (path: string) =>
  outage.test.app.fetch(new Request(new URL(path, outage.test.config.server.publicUrl)))

/** Everything that cannot be decided without the database. */
function askEverything(): Promise<GraphqlAnswer>[] {
  const { actor, email, accessToken, refreshToken } = ada
  const newcomer = { input: { email: freshEmail(), password: goodPassword } }
  return [
    actor.ask(registerDocument, newcomer),
    tryLogin(actor, email),
    tryLogin(actor, email, 'wrong'),
    tryRefresh(actor, refreshToken),
    tryLogout(actor, accessToken),
    tryMe(actor, accessToken),
    actor.ask('mutation { revokeOtherSessions { __typename } }', {}, Actor.bearer(accessToken)),
    actor.ask('{ sessions { totalCount } currentSession { id } }', {}, Actor.bearer(accessToken)),
  ]
}

async function expectUnavailable(): Promise<void> {
  const watch = new Stopwatch()
  for (const answer of await Promise.all(askEverything())) {
    expect(answer.errors.length).toBeGreaterThan(0)
    for (const error of answer.errors)
      expect(error.extensions).toEqual({ code: 'UNAVAILABLE', retryAfterSeconds: 1 })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  }
  expect(watch.stop()).toBeLessThan(5000)
}

describe.each([
  ['cut', () => outage.proxy.cut()],
  ['frozen', () => outage.proxy.freeze()],
])('while the database is %s', (_how, fail) => {
  it('every operation that needs it is UNAVAILABLE with status 503 within 5 s, and works afterwards', async () => {
    fail()
    await expectUnavailable()
    outage.proxy.restore()
    const back = await eventually(async () => {
      const answer = await tryRefresh(ada.actor, ada.refreshToken)
      expect(answer.errors).toEqual([])
      return answer.data.refresh
    })
    expect(back.__typename).toBe('RefreshSuccess')
    expect(reasonOf(await tryMe(ada.actor, ada.accessToken))).toBe('ok')
  })

  it('operations that need no database are served, and readiness reports the outage', async () => {
    fail()
    const bearer = Actor.bearer(ada.accessToken)
    expect((await ada.actor.ask('{ __typename }', {}, bearer)).data).toEqual({ __typename: 'Query' })
    expect((await ada.actor.ask('{ me { id } }')).data).toEqual({ me: null })
    expect((await ada.actor.ask('{ _service { sdl } }')).data._service.sdl).toContain('type User')
    expect((await (await get('/.well-known/jwks.json')).json()).keys).toHaveLength(1)
    expect((await get('/health/live')).status).toBe(200)
    const ready = await get('/health/ready')
    expect([ready.status, (await ready.json()).checks.database]).toEqual([503, 'down'])
    const mixed = await ada.actor.ask('{ __typename me { id } }', {}, bearer)
    expect([mixed.status, mixed.data, reasonOf(mixed)]).toEqual([
      200,
      { __typename: 'Query', me: null },
      'UNAVAILABLE',
    ])
    outage.proxy.restore()
    await eventually(async () => expect((await get('/health/ready')).status).toBe(200))
  })

  it('no token is accepted on a guess once the revocations are old', async () => {
    const { actor, accessToken } = await signUpAs(outage.test, 'ADMIN')
    // Its answer needs nothing of the database but the verdict on the token.
    const askStats = () => actor.ask('{ revocationStats { revokedSessions } }', {}, Actor.bearer(accessToken))
    await untilPolled(outage.test)
    fail()
    expect((await askStats()).errors).toEqual([])
    outage.test.clock.advance(6)
    const stats = await askStats()
    expect([stats.status, reasonOf(stats)]).toEqual([503, 'UNAVAILABLE'])
    expect(reasonOf(await tryMe(ada.actor, `${ada.accessToken}x`))).toBe('TOKEN_INVALID')
  })
})

describe('the answers and the log of an outage', () => {
  it('name no address and no driver', async () => {
    outage.proxy.cut()
    const bodies = (await Promise.all(askEverything())).map((answer) => JSON.stringify(answer))
    for (const body of bodies) expect(body).not.toMatch(/ECONN|prisma|127\.0\.0\.1|postgres|stack/i)
    expect(outage.test.log.join('')).not.toContain(ada.refreshToken)
  })
})
