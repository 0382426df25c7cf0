import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Actor } from '../support/actor.ts'
import { EventStream } from '../support/event-stream.ts'
import { eventually } from '../support/eventually.ts'
import { revokeTokenDocument } from '../support/operations.ts'
import { askAs, rotate, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { pause } from '../support/stopwatch.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const query = 'subscription { sessionEvents { type sessionId at } }'
const newPassword = 'Another-h0rse-stapler!'

/** A query of the live sessions that lasts until the test releases it. */
class Held {
  readonly begun: Promise<void>
  readonly released: Promise<void>
  tell: () => void = () => undefined
  release: () => void = () => undefined

  readonly until: 'answered' | 'asked'

  /** @param until whether the sessions are looked at before the wait, or after it */
  constructor(until: 'answered' | 'asked') {
    this.until = until
    this.begun = new Promise((resolve) => {
      this.tell = resolve
    })
    this.released = new Promise((resolve) => {
      this.release = resolve
    })
  }
}

let test: TestApp
/** The next reading waits for it. */
let held: Held | null = null
/** While it is set, messages of new sessions come when the test says so, or never. */
let late: (() => void)[] | null = null
/** New sessions whose message has come. With Redis it can come after the answer to the sign-in. */
const announced = new Set<string>()
beforeAll(async () => {
  test = await createTestApp({
    env: { ACCESS_TOKEN_SECONDS: '600', SESSION_IDLE_SECONDS: '3600' },
    infrastructure: (opened) => {
      const sessions = new Proxy(opened.stores.sessions, {
        get: (target, name) => {
          const method = Reflect.get(target, name).bind(target)
          return name === 'listLive' ? (...args: unknown[]) => read(() => method(...args)) : method
        },
      })
      const { sessionChannel: channel } = opened
      const sessionChannel: typeof channel = {
        subscribe: (listener) =>
          channel.subscribe((started) => {
            announced.add(started.sessionId)
            listener(started)
          }),
        publish: (started) => {
          if (late === null) channel.publish(started)
          else late.push(() => channel.publish(started))
        },
      }
      return { ...opened, sessionChannel, stores: { ...opened.stores, sessions } }
    },
  })
})
afterAll(() => test.close())
beforeEach(() => {
  held = null
  late = null
})

async function read<T>(ask: () => Promise<T>): Promise<T> {
  const waiting = held
  held = null
  if (waiting === null) return ask()
  const early = waiting.until === 'answered' ? await ask() : null
  waiting.tell()
  await waiting.released
  return early ?? ask()
}

function hold(until: Held['until']): Held {
  held = new Held(until)
  return held
}

const bearer = (who: Pick<SignedIn, 'accessToken'>) => Actor.bearer(who.accessToken)

async function listen(who: Pick<SignedIn, 'accessToken'>): Promise<EventStream> {
  return new EventStream(await test.actor().send({ query }, { accept: 'text/event-stream', ...bearer(who) }))
}

/** Raises the token version of the account and ends its other sessions. */
async function changePassword(who: SignedIn): Promise<void> {
  const change = `mutation { changePassword(input: { currentPassword: "${goodPassword}", newPassword: "${newPassword}" }) { __typename } }`
  const answer = await test.actor().ask(change, {}, bearer(who))
  expect(answer.data.changePassword.__typename).toBe('ChangePasswordSuccess')
}

const revoke = (who: SignedIn, sessionId: string) =>
  test
    .actor()
    .ask(`mutation { revokeSession(input: { sessionId: "${sessionId}" }) { __typename } }`, {}, bearer(who))

/** The events in order, at least so many, until the stream ended or no more came. */
async function heardBy(stream: EventStream, atLeast = 1): Promise<readonly string[]> {
  await eventually(() => expect(stream.ended || stream.answers.length >= atLeast).toBe(true))
  await Promise.race([stream.end(), pause(300)]).catch(() => undefined)
  return stream.answers.map(({ data }) => `${data.sessionEvents.type} ${data.sessionEvents.sessionId}`)
}

describe('sessionEvents, while the sessions are read', () => {
  it('sends a sign-in during the start of the stream, and does not treat it as ended', async () => {
    const ada = await signUp(test.actor())
    const reading = hold('answered')
    const opening = listen(ada)
    await reading.begun
    const other = await signIn(test.actor(), ada.email)
    reading.release()
    const stream = await opening
    expect(await heardBy(stream)).toEqual([`NEW_SESSION ${other.sessionId}`])
    await revoke(ada, other.sessionId)
    expect(await heardBy(stream, 2)).toContain(`REVOKED ${other.sessionId}`)
    await stream.close()
  })

  it('sends an end during the start of the stream, once', async () => {
    const ada = await signUp(test.actor())
    const other = await signIn(test.actor(), ada.email)
    await eventually(() => expect(announced).toContain(other.sessionId))
    const reading = hold('answered')
    const opening = listen(ada)
    await reading.begun
    await revoke(ada, other.sessionId)
    reading.release()
    const stream = await opening
    expect(await heardBy(stream)).toEqual([`REVOKED ${other.sessionId}`])
    await stream.close()
  })

  it('does not take a sign-in for ended that comes while tokens of the account are refused', async () => {
    const ada = await signUp(test.actor())
    const stream = await listen(ada)
    const reading = hold('answered')
    await changePassword(ada)
    await reading.begun
    const other = await signIn(test.actor(), ada.email, { password: newPassword })
    await eventually(() => expect(stream.answers).toHaveLength(1))
    reading.release()
    expect(await heardBy(stream)).toEqual([`NEW_SESSION ${other.sessionId}`])
    expect(stream.complete).toBe(true)
  })

  it('sends a sign-in whose message was lost, once it is found', async () => {
    const ada = await signUp(test.actor())
    const stream = await listen(ada)
    const reading = hold('asked')
    await changePassword(ada)
    await reading.begun
    late = []
    const other = await signIn(test.actor(), ada.email, { password: newPassword })
    reading.release()
    expect(await heardBy(stream)).toEqual([`NEW_SESSION ${other.sessionId}`])
  })

  it('never sends a session as new after its end', async () => {
    const ada = await signUp(test.actor())
    const stream = await listen(ada)
    late = []
    const other = await signIn(test.actor(), ada.email)
    await revoke(ada, other.sessionId)
    for (const tell of late) tell()
    expect(await heardBy(stream, 0)).toEqual([])
    await stream.close()
  })

  it('does not send an expired session as revoked', async () => {
    const ada = await signUp(test.actor())
    await signIn(test.actor(), ada.email)
    test.clock.advance(3300)
    await rotate(test.actor(), ada.refreshToken)
    const again = await signIn(test.actor(), ada.email)
    const stream = await listen(again)
    test.clock.advance(310)
    await changePassword(again)
    expect(await heardBy(stream)).toEqual([`REVOKED ${ada.sessionId}`])
  })
})

describe('sessionEvents, between the check of its token and the start of the stream', () => {
  it('ends at once if the token was refused meanwhile', async () => {
    let waiting: Held | null = null
    /** The budget of the subscription is charged after its token was checked. */
    const slow = (opened: Infrastructure): Infrastructure => {
      const { rateLimiter } = opened
      const consume: typeof rateLimiter.consume = async (charge) => {
        const found = waiting
        waiting = null
        found?.tell()
        await found?.released
        return rateLimiter.consume(charge)
      }
      return {
        ...opened,
        rateLimiter: {
          consume,
          refund: (charge) => rateLimiter.refund(charge),
          refusalOf: (charge) => rateLimiter.refusalOf(charge),
        },
      }
    }
    const limited = await createTestApp({ env: { RATE_LIMITS: 'on' }, infrastructure: slow })
    const ada = await signUp(limited.actor())
    const admin = await signUpAs(limited, 'ADMIN')
    const charging = new Held('asked')
    waiting = charging
    const accept = { accept: 'text/event-stream', ...bearer(ada) }
    const opening = limited.actor().send({ query }, accept)
    await charging.begun
    const input = { token: ada.accessToken, reason: 'test' }
    expect(await askAs(limited, admin, revokeTokenDocument, { input })).toMatchObject({
      __typename: 'RevokeTokenSuccess',
    })
    charging.release()
    const stream = new EventStream(await opening)
    await stream.end()
    expect(stream.answers).toEqual([])
    await limited.close()
  })
})
