import { status } from '@grpc/grpc-js'
import { trace } from '@opentelemetry/api'
import type { InMemorySpanExporter, ReadableSpan } from '@opentelemetry/sdk-trace-node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTracer } from '../../src/adapters/telemetry/open-tracer.ts'
import { createTraceTimings } from '../../src/adapters/telemetry/trace-timings.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { measured } from '../../src/lib/observation/timings.ts'
import { makeKey } from '../support/api-keys.ts'
import { codeOf, GrpcClient, openGrpc } from '../support/grpc.ts'
import { traceInMemory } from '../support/in-memory-traces.ts'
import { askLogin, signUp, signUpAs, tryMe } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

let exporter: InMemorySpanExporter
const closer = new Closer()
let test: TestApp

beforeAll(async () => {
  const database = await openTestDatabase()
  closer.add('database', () => database.close())
  exporter = traceInMemory(closer)
  test = await createTestApp({ database, infrastructure: measureHasher })
  closer.add('app', () => test.close())
})
afterAll(() => closer.close())
beforeEach(() => exporter.reset())

/** The hasher of the tests is opened without timings. */
function measureHasher(opened: Infrastructure): Infrastructure {
  const { hasher, tracer } = opened
  const timings = tracer === null ? null : createTraceTimings(tracer)
  const hash: typeof hasher.hash = (...given) =>
    measured(timings, 'hash', 'hash', () => hasher.hash(...given))
  return {
    ...opened,
    hasher: new Proxy(hasher, { get: (of, name) => (name === 'hash' ? hash : bound(of, name)) }),
  }
}

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === 'function' ? value.bind(target) : value
}

const spans = () => exporter.getFinishedSpans()
const named = (name: string): ReadableSpan => {
  const found = spans().find((span) => span.name === name)
  if (found === undefined) throw new Error(`No span ${name} in ${spans().map((span) => span.name)}`)
  return found
}
const parentOf = (span: ReadableSpan) =>
  spans().find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId)?.name

describe('the trace of a request', () => {
  it('contains the operation, the flow and the hash, each in its parent', async () => {
    await signUp(test.actor())
    expect(parentOf(named('hash'))).toBe('flow register')
    expect(parentOf(named('flow register'))).toBe('mutation register')
    expect(parentOf(named('mutation register'))).toBe('POST graphql')
    const { attributes } = named('POST graphql')
    expect(attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': 'graphql',
      'http.response.status_code': 200,
    })
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(1)
  })

  it('continues that of the gateway, and names it in the log', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`
    await test.actor().ask('{ csrfToken }', {}, { traceparent, baggage: 'planted=value' })
    const request = named('POST graphql')
    expect([request.spanContext().traceId, request.parentSpanContext?.spanId]).toEqual([
      traceId,
      'b7ad6b7169203331',
    ])
    const line = test.log.findLast((text) => text.includes('"request"'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ traceId })
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toContain('planted')
  })

  it('begins anew if the header is malformed', async () => {
    await test.actor().ask('{ csrfToken }', {}, { traceparent: '00-zz-zz-01' })
    expect(named('POST graphql').parentSpanContext).toBeUndefined()
  })

  it('names failures by code, and no value of a client', async () => {
    const { email, accessToken } = await signUp(test.actor())
    await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })
    expect(named('flow login').attributes['error.type']).toBe('INVALID_CREDENTIALS')
    await tryMe(test.actor(), accessToken)
    await test.actor().ask('query Planted { csrfToken }')
    const text = JSON.stringify(
      spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    )
    for (const secret of [email, accessToken, goodPassword, 'Wr0ng-horse-battery!', 'Planted'])
      expect(text).not.toContain(secret)
  })

  it('over gRPC continues that of the caller, and names the status', async () => {
    const { secret } = await makeKey(test, (await signUpAs(test, 'ADMIN')).accessToken)
    const grpc = await openGrpc(test)
    const client = new GrpcClient(grpc.port)
    const traceId = '0af7651916cd43dd8448eb211c80319d'
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`
    exporter.reset()
    await client.call('Verify', { token: 'planted' }, { 'x-api-key': secret, traceparent })
    const call = named('gatehouse.v1.TokenVerification/Verify')
    expect(call.spanContext().traceId).toBe(traceId)
    expect(call.attributes).toMatchObject({ 'rpc.method': 'Verify', 'rpc.grpc.status_code': status.OK })
    expect(parentOf(named('flow verifyToken'))).toBe(call.name)
    exporter.reset()
    await codeOf(client.call('VerifyBatch', { requests: [{ token: 'planted' }] }, {}))
    expect(named('gatehouse.v1.TokenVerification/VerifyBatch').attributes).toMatchObject({
      'rpc.grpc.status_code': status.UNAUTHENTICATED,
    })
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toContain('planted')
    client.close()
    await grpc.close()
  })

  it('leaves out health checks', async () => {
    await test.app.fetch(new Request(new URL('/health/live', test.config.server.publicUrl)))
    expect(spans()).toEqual([])
  })
})

describe('work outside of the process', () => {
  const tracer = () => {
    const opened = openTracer()
    if (opened === null) throw new Error('There is no tracer.')
    return opened
  }

  it('is a part of a trace; polls of the database are none', async () => {
    const timings = createTraceTimings(tracer())
    await measured(timings, 'database', 'select_revocations', async () => undefined)
    expect(spans()).toEqual([])
    await tracer().run({ name: 'flow' }, async () => {
      await measured(timings, 'database', 'update_sessions', async () => undefined)
      await measured(timings, 'redis', 'countCalls', async () => undefined)
      await measured(timings, 'hash_wait', 'hash wait', async () => undefined)
    })
    for (const name of ['sql update_sessions', 'redis countCalls', 'hash wait'])
      expect(parentOf(named(name))).toBe('flow')
  })

  it('that fails is marked with its code, without the message', async () => {
    const timings = createTraceTimings(tracer())
    const refused = Object.assign(new Error('planted message'), { code: 'ECONNREFUSED' })
    await measured(timings, 'service', 'smtp', () => Promise.reject(refused)).catch(() => undefined)
    expect(named('call smtp').attributes).toEqual({ 'peer.service': 'smtp', 'error.type': 'ECONNREFUSED' })
    expect(JSON.stringify(named('call smtp').status)).not.toContain('planted')
  })
})

describe('without an SDK', () => {
  it('there is no tracer', () => {
    trace.disable()
    expect(openTracer()).toBeNull()
  })
})
