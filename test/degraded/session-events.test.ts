import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { EventStream } from '../support/event-stream.ts'
import { createOutage, type Outage } from '../support/outage.ts'
import { signIn, signUp } from '../support/people.ts'
import { pause } from '../support/stopwatch.ts'

const query = 'subscription { sessionEvents { type } }'

describe('sessionEvents of a process that is cut off', () => {
  let outage: Outage
  beforeAll(async () => {
    outage = await createOutage()
  })
  afterAll(() => outage.close())

  const listen = async (accessToken: string) => {
    const headers = { accept: 'text/event-stream', ...Actor.bearer(accessToken) }
    return new EventStream(await outage.test.actor().send({ query }, headers))
  }

  it('end instead of missing events, and new subscriptions get UNAVAILABLE', async () => {
    const { test, proxy } = outage
    const ada = await signUp(test.actor())
    const stream = await listen(ada.accessToken)
    proxy.cut()
    await pause(3000)
    expect(stream.ended).toBe(false)
    test.clock.advance(6)
    await stream.end()
    expect([stream.answers, stream.complete]).toEqual([[], true])
    const refused = await listen(ada.accessToken)
    expect((await refused.next()).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])

    proxy.restore()
    await pause(2500)
    const again = await listen(ada.accessToken)
    await signIn(test.actor(), ada.email)
    expect((await again.next()).data.sessionEvents).toEqual({ type: 'NEW_SESSION' })
    await again.close()
  })

  it('go on when the clock alone has leapt', async () => {
    const { test } = outage
    const ada = await signUp(test.actor())
    const stream = await listen(ada.accessToken)
    test.clock.advance(6)
    await pause(3500)
    expect(stream.ended).toBe(false)
    await stream.close()
  })
})
