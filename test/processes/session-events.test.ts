import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { EventStream } from '../support/event-stream.ts'
import { revokeSessionDocument } from '../support/operations.ts'
import { signIn, signUp } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { pause, Stopwatch } from '../support/stopwatch.ts'
import { createServerDatabase } from '../support/test-database.ts'

const query = 'subscription { sessionEvents { type sessionId } }'

describe('sessionEvents of two processes', () => {
  let database: Awaited<ReturnType<typeof createServerDatabase>>
  let one: ServiceProcess
  let two: ServiceProcess
  beforeAll(async () => {
    database = await createServerDatabase()
    const env = {
      REPLICAS: '2',
      REDIS_URL: inject('redisUrl') ?? '',
      DATABASE_URL: database.url,
      RATE_LIMITS: 'off',
      DRAIN_SECONDS: '8',
    }
    ;[one, two] = await Promise.all([ServiceProcess.start(env), ServiceProcess.start(env)])
  })
  afterAll(async () => {
    await Promise.all([one.stop('SIGKILL'), two.stop('SIGKILL')])
    await database.drop()
  })

  async function open(service: ServiceProcess, accessToken: string): Promise<Response> {
    const headers = { accept: 'text/event-stream', ...Actor.bearer(accessToken) }
    return service.actor().send({ query }, headers)
  }
  const listen = async (service: ServiceProcess, accessToken: string) =>
    new EventStream(await open(service, accessToken))
  const heard = async (stream: EventStream) => (await stream.next()).data.sessionEvents

  it('send immediately what happened on the other process', async () => {
    const ada = await signUp(one.actor())
    const stream = await listen(two, ada.accessToken)
    const other = await signIn(one.actor(), ada.email)
    const watch = new Stopwatch()
    expect(await heard(stream)).toEqual({ type: 'NEW_SESSION', sessionId: other.sessionId })
    const its = await listen(two, other.accessToken)
    await one
      .actor()
      .ask(revokeSessionDocument, { input: { sessionId: other.sessionId } }, Actor.bearer(ada.accessToken))
    for (const listener of [stream, its])
      expect(await heard(listener)).toEqual({ type: 'REVOKED', sessionId: other.sessionId })
    await its.end()
    expect(watch.stop()).toBeLessThan(1500)
    await stream.close()
  })

  it('free the places of disconnected clients immediately', async () => {
    const ada = await signUp(one.actor())
    const streams = await Promise.all(Array.from({ length: 5 }, () => listen(one, ada.accessToken)))
    const refused = await listen(one, ada.accessToken)
    expect((await refused.next()).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }])
    await Promise.all(streams.map((stream) => stream.close()))
    // Nothing happens meanwhile that would be written to them.
    await pause(1000)
    const stream = await listen(one, ada.accessToken)
    await signIn(two.actor(), ada.email)
    expect(await heard(stream)).toMatchObject({ type: 'NEW_SESSION' })
    await stream.close()
  })

  it('end their streams on SIGTERM, and stop long before the drain time is over', async () => {
    const ada = await signUp(one.actor())
    const stream = await listen(one, ada.accessToken)
    const watch = new Stopwatch()
    const stopped = one.stop('SIGTERM')
    await stream.end()
    expect(stream.complete).toBe(true)
    expect((await stopped).code).toBe(0)
    expect(watch.stop()).toBeLessThan(4000)
  })
})
