import { once } from 'node:events'
import { type ClientHttp2Session, connect } from 'node:http2'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ClientReadableStream, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { GrpcListening } from '../../src/grpc/grpc-server.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { codeOf, GrpcClient, openGrpc } from '../support/grpc.ts'
import { signUpAs } from '../support/people.ts'
import { pause } from '../support/stopwatch.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const denied = '198.51.100.23'
const exempt = '198.51.100.99'
/** Peers that the tests connect from. */
const [stranger, exemptPeer] = ['127.0.0.3', '127.0.0.4']

let test: TestApp
let key: string
let other: string
let grpc: GrpcListening
let client: GrpcClient
let health: GrpcClient
beforeAll(async () => {
  test = await createTestApp({
    env: {
      RATE_LIMITS: 'on',
      TRUSTED_PROXIES: '127.0.0.1',
      DENIED_ADDRESSES: denied,
      ALLOWED_ADDRESSES: `${exempt}, ${exemptPeer}`,
      FLOOD_REFUSALS: '10',
      FLOOD_BLOCK_SECONDS: '60',
    },
  })
  const admin = await signUpAs(test, 'ADMIN')
  key = (await makeKey(test, admin.accessToken, { rateLimit: '1/1h' })).secret
  other = (await makeKey(test, admin.accessToken)).secret
  grpc = await openGrpc(test)
  client = new GrpcClient(grpc.port)
  health = GrpcClient.health(grpc.port)
})
afterAll(async () => {
  client.close()
  health.close()
  await grpc.close()
  await test.close()
})

const from = (address: string) => ({ 'x-forwarded-for': address })
const verify = (secret: string, address: string) =>
  client.call('Verify', { token: 'a' }, { ...Actor.bearer(secret), ...from(address) })
const check = (address: string) => health.call('Check', { service: '' }, from(address))

interface Watch {
  readonly seen: string[]
  /** Of the refusal. */
  code: number | null
  cancel(): void
}

function watch(address: string): Watch {
  const metadata = new Metadata()
  metadata.set('x-forwarded-for', address)
  const stream: ClientReadableStream<{ status: string }> = Reflect.apply(
    Reflect.get(health.client, 'Watch'),
    health.client,
    [{ service: '' }, metadata],
  )
  const watching: Watch = { seen: [], code: null, cancel: () => stream.cancel() }
  stream.on('data', (message: { status: string }) => watching.seen.push(message.status))
  stream.on('error', (error: ServiceError) => {
    watching.code = error.code
  })
  return watching
}

/** What each hears first: that this serves, or that it is refused. */
async function outcomes(watches: readonly Watch[]): Promise<readonly (string | number)[]> {
  const first = ({ seen, code }: Watch) => seen[0] ?? code
  await eventually(() => expect(watches.map(first)).not.toContain(null))
  return watches.map((one) => first(one) ?? -1)
}

describe('every call over gRPC', () => {
  it('is refused from an address that is not served, health too', async () => {
    expect(await codeOf(verify(other, denied))).toBe(status.PERMISSION_DENIED)
    expect(await codeOf(check(denied))).toBe(status.PERMISSION_DENIED)
    expect(await outcomes([watch(denied)])).toEqual([status.PERMISSION_DENIED])
    expect(await codeOf(verify(other, '198.51.100.24'))).toBe(-1)
    expect(await codeOf(check('198.51.100.24'))).toBe(-1)
  })

  it('is served with its own address or not at all, however many headers it has', async () => {
    for (const count of [1, 90, 110, 120, 130, 200, 500]) {
      const junk = Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, '1']))
      const headers = { ...junk, ...from(denied) }
      expect([count, await codeOf(health.call('Check', { service: '' }, headers))]).not.toEqual([count, -1])
    }
  })

  it('is refused from an address whose calls kept being refused, but not from one that is exempt', async () => {
    const flooding = '203.0.113.7'
    for (const address of [flooding, exempt])
      for (let count = 0; count < 12; count += 1) await codeOf(verify(key, address))
    for (const call of [verify(other, flooding), check(flooding)]) {
      const refused = await call.catch((error) => error)
      expect(refused.code).toBe(status.RESOURCE_EXHAUSTED)
      expect(refused.details).toContain('from this address')
      expect(Number(refused.metadata.get('retry-after')[0])).toBeGreaterThan(50)
    }
    expect(await codeOf(verify(other, '203.0.113.8'))).toBe(-1)
    expect(await codeOf(verify(other, exempt))).toBe(-1)
  })
})

describe('calls over gRPC that stay open', () => {
  it('are fifty of one address at most, and another one when one has gone', async () => {
    const address = '203.0.113.20'
    const watches = Array.from({ length: 60 }, () => watch(address))
    const reported = await outcomes(watches)
    expect(reported.filter((one) => one === 'SERVING')).toHaveLength(50)
    expect(reported.filter((one) => one === status.RESOURCE_EXHAUSTED)).toHaveLength(10)
    expect(await outcomes([watch('203.0.113.21'), watch(exempt)])).toEqual(['SERVING', 'SERVING'])
    expect(await codeOf(check(address))).toBe(-1)
    for (const one of watches) one.cancel()
    await eventually(async () => expect(await outcomes([watch(address)])).toEqual(['SERVING']))
  })

  it('end when their request does not come', async () => {
    const own = await openGrpc(test, null, { requestLimitMs: 300 })
    const session = connect(`http://127.0.0.1:${own.port}`)
    for (const path of [
      '/gatehouse.v1.TokenVerification/Verify',
      '/grpc.health.v1.Health/Watch',
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    ])
      expect([path, await statusOfUnsent(session, path)]).toEqual([path, String(status.DEADLINE_EXCEEDED)])
    session.close()
    await own.close()
  })
})

describe('connections to the gRPC port', () => {
  const sockets: Socket[] = []
  const open = async (port: number, localAddress = stranger) => {
    const socket = connectTcp({ port, host: '127.0.0.1', localAddress })
    socket.on('error', () => undefined).resume()
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  it('of one address are bounded, proxies exempt, and leave room for others', async () => {
    const own = await openGrpc(test, null, { connectionLimits: { perAddress: 5, total: 50 } })
    await Promise.all(Array.from({ length: 20 }, () => open(own.port)))
    await eventually(() => expect(sockets.filter((socket) => !socket.closed)).toHaveLength(5))
    const clients = Array.from({ length: 8 }, () => GrpcClient.health(own.port))
    for (const one of clients)
      expect(await one.call('Check', { service: '' }, from('198.51.100.30'))).toEqual({ status: 'SERVING' })
    for (const one of clients) one.close()
    await own.close()
  })

  it('of an address that is exempt count towards the total only', async () => {
    const own = await openGrpc(test, null, { connectionLimits: { perAddress: 2, total: 12 } })
    const exempted = await Promise.all(Array.from({ length: 10 }, () => open(own.port, exemptPeer)))
    const others = await Promise.all(Array.from({ length: 4 }, () => open(own.port)))
    await eventually(() => expect(others.filter((socket) => !socket.closed)).toHaveLength(2))
    expect(exempted.filter((socket) => !socket.closed)).toHaveLength(10)
    const late = await open(own.port, exemptPeer)
    await eventually(() => expect(late.closed).toBe(true))
    await own.close()
  })

  it('end when they send nothing', async () => {
    const socket = await open(grpc.port)
    await once(socket, 'close')
  })
})

/** The status of a call that sends its headers and never its message. */
async function statusOfUnsent(session: ClientHttp2Session, path: string): Promise<string> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  const answered = new Promise<string>((resolve) => {
    stream.on('response', (headers) => 'grpc-status' in headers && resolve(String(headers['grpc-status'])))
    stream.on('trailers', (trailers) => resolve(String(trailers['grpc-status'])))
    stream.on('error', () => undefined)
  })
  const answer = await Promise.race([answered, pause(3000).then(() => 'nothing')])
  stream.close()
  return answer
}
