import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ChannelCredentials,
  type ClientReadableStream,
  makeGenericClientConstructor,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GrpcListening } from '../../src/grpc/grpc-server.ts'
import { verificationService } from '../../src/grpc/proto-definitions.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { codeOf, GrpcClient, openGrpc } from '../support/grpc.ts'
import { limitedApps } from '../support/limits.ts'
import { type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
let key: string
let grpc: GrpcListening
let client: GrpcClient
/** While it is set, every look-up of a key waits for it. */
let held: Promise<void> | null = null
beforeAll(async () => {
  test = await createTestApp({
    infrastructure: (opened) => {
      const apiKeys = new Proxy(opened.stores.apiKeys, {
        get: (target, name) => {
          const method = Reflect.get(target, name).bind(target)
          if (name !== 'findByDigest') return method
          return async (digest: Uint8Array) => {
            await held
            return method(digest)
          }
        },
      })
      return { ...opened, stores: { ...opened.stores, apiKeys } }
    },
  })
  admin = await signUpAs(test, 'ADMIN')
  key = (await makeKey(test, admin.accessToken)).secret
  grpc = await openGrpc(test)
  client = new GrpcClient(grpc.port)
})
afterAll(async () => {
  client.close()
  await grpc.close()
  await test.close()
})

const verify = (headers: Record<string, string>, token = admin.accessToken) =>
  client.call('Verify', { token }, headers)

describe('Verify', () => {
  it('requires an API key or access token with the permission to verify tokens, in either header', async () => {
    for (const headers of [Actor.bearer(key), { 'x-api-key': key }, Actor.bearer(admin.accessToken)])
      expect((await verify(headers)).active).toBe(true)
  })

  it('is UNAUTHENTICATED without a good one, PERMISSION_DENIED where it may not', async () => {
    const user = await signUp(test.actor())
    const other = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const cases: [Record<string, string>, status][] = [
      [{}, status.UNAUTHENTICATED],
      [{ authorization: 'Bearer rubbish' }, status.UNAUTHENTICATED],
      [{ authorization: `Basic ${key}` }, status.UNAUTHENTICATED],
      [{ 'x-api-key': `${key}x` }, status.UNAUTHENTICATED],
      [{ 'x-api-key': key, authorization: `Bearer ${key}` }, status.UNAUTHENTICATED],
      [Actor.bearer(user.accessToken), status.PERMISSION_DENIED],
      [Actor.bearer(other.secret), status.PERMISSION_DENIED],
    ]
    for (const [headers, code] of cases)
      expect(await codeOf(verify(headers)), JSON.stringify(headers)).toBe(code)
  })

  it('is DEADLINE_EXCEEDED at the deadline of the caller, and says nothing after it', async () => {
    const fresh = await makeKey(test, admin.accessToken)
    let release: () => void = () => undefined
    held = new Promise((resolve) => {
      release = resolve
    })
    const deadline = Date.now() + 150
    const watch = new Stopwatch()
    const call = client.call('Verify', { token: admin.accessToken }, Actor.bearer(fresh.secret), { deadline })
    expect(await codeOf(call)).toBe(status.DEADLINE_EXCEEDED)
    expect(watch.stop()).toBeLessThan(2000)
    release()
    held = null
    expect((await verify(Actor.bearer(fresh.secret))).active).toBe(true)
    expect(await codeOf(client.call('Verify', { token: 'a' }, Actor.bearer(key), { deadline: 1 }))).toBe(
      status.DEADLINE_EXCEEDED,
    )
  })
})

describe('VerifyBatch', () => {
  it('takes 1 to 100 tokens', async () => {
    const batch = (count: number) =>
      client.call(
        'VerifyBatch',
        { requests: Array(count).fill({ token: admin.accessToken }) },
        Actor.bearer(key),
      )
    expect((await batch(100)).responses).toHaveLength(100)
    expect((await batch(1)).responses).toMatchObject([{ active: true, subject: admin.userId }])
    for (const count of [0, 101, 500]) expect(await codeOf(batch(count))).toBe(status.INVALID_ARGUMENT)
  })

  it('refuses a message that no batch needs', async () => {
    const requests = [{ token: 'x'.repeat(1_100_000) }]
    expect(await codeOf(client.call('VerifyBatch', { requests }, Actor.bearer(key)))).toBe(
      status.RESOURCE_EXHAUSTED,
    )
  })
})

describe('limits over gRPC', () => {
  const open = limitedApps()

  it('are those of the key: each token of a batch is a call, and beyond it is RESOURCE_EXHAUSTED', async () => {
    const limited = await open({ TRUSTED_PROXIES: '' })
    const owner = await signUpAs(limited, 'ADMIN')
    const { secret } = await makeKey(limited, owner.accessToken, { rateLimit: '5/1m' })
    const listening = await openGrpc(limited)
    const caller = new GrpcClient(listening.port)
    const requests = [{ token: 'a' }, { token: 'b' }]
    const ask = () => caller.call('VerifyBatch', { requests }, Actor.bearer(secret))
    expect((await ask()).responses).toHaveLength(2)
    expect((await ask()).responses).toHaveLength(2)
    const refused = await ask().catch((error) => error)
    expect(refused.code).toBe(status.RESOURCE_EXHAUSTED)
    expect(Number(refused.metadata.get('retry-after')[0])).toBeGreaterThan(50)
    caller.close()
    await listening.close()
  })
})

describe('the flood guard over gRPC', () => {
  const open = limitedApps()

  it('takes a refused batch for one refusal, not for one of each token: its neighbours are served on', async () => {
    const limited = await open({ TRUSTED_PROXIES: '', FLOOD_REFUSALS: '50' })
    const owner = await signUpAs(limited, 'ADMIN')
    const busy = await makeKey(limited, owner.accessToken, { rateLimit: '100/1m' })
    const other = await makeKey(limited, owner.accessToken)
    const listening = await openGrpc(limited)
    const caller = new GrpcClient(listening.port)
    const requests = Array(100).fill({ token: 'a' })
    const ask = () => caller.call('VerifyBatch', { requests }, Actor.bearer(busy.secret))
    expect((await ask()).responses).toHaveLength(100)
    for (let refusals = 0; refusals < 3; refusals++)
      expect(await codeOf(ask())).toBe(status.RESOURCE_EXHAUSTED)
    expect(await caller.call('Verify', { token: 'a' }, Actor.bearer(other.secret))).toMatchObject({
      active: false,
    })
    caller.close()
    await listening.close()
  })
})

describe('health and reflection', () => {
  it('answers what is served, without a key', async () => {
    const health = GrpcClient.health(grpc.port)
    for (const service of ['', verificationService])
      expect(await health.call('Check', { service })).toEqual({ status: 'SERVING' })
    expect(await codeOf(health.call('Check', { service: 'other' }))).toBe(status.NOT_FOUND)
    health.close()
  })

  it('sends NOT_SERVING to watching clients when the server stops, and lets running calls finish', async () => {
    const stopping = await openGrpc(test)
    const health = GrpcClient.health(stopping.port)
    const seen: string[] = []
    const stream: ClientReadableStream<{ status: string }> = Reflect.apply(
      Reflect.get(health.client, 'Watch'),
      health.client,
      [{ service: '' }],
    )
    stream.on('data', (message: { status: string }) => seen.push(message.status))
    stream.on('error', () => undefined)
    await eventually(() => expect(seen).toEqual(['SERVING']))
    await stopping.close()
    await eventually(() => expect(seen).toEqual(['SERVING', 'NOT_SERVING']))
    health.close()
  })

  it('is NOT_SERVING while something that is needed does not answer', async () => {
    const broken = await createTestApp({
      infrastructure: (opened) => ({
        ...opened,
        healthChecks: [{ name: 'database', required: true, check: () => Promise.reject(new Error('away')) }],
      }),
    })
    const listening = await openGrpc(broken)
    const health = GrpcClient.health(listening.port)
    expect(await health.call('Check', { service: '' })).toEqual({ status: 'NOT_SERVING' })
    health.close()
    await listening.close()
    await broken.close()
  })

  it('sends the definition of the service to clients that request it', async () => {
    expect(await listServices(grpc.port)).toContain(verificationService)
  })
})

describe('TLS', () => {
  let folder: string
  const path = (name: string) => join(folder, name)
  const read = (name: string) => readFileSync(path(name))
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-grpc-'))
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2')
    for (const name of ['server', 'client']) {
      openssl('req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
      writeFileSync(path('names.txt'), 'subjectAltName=DNS:localhost')
      const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names.txt']
      openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`, '-days', '2')
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const ask = async (port: number, credentials: ChannelCredentials) => {
    const caller = new GrpcClient(port, verificationService, credentials)
    const deadline = Date.now() + 3000
    const code = await codeOf(caller.call('Verify', { token: 'a' }, Actor.bearer(key), { deadline }))
    caller.close()
    return code
  }

  it('is spoken with the certificate of the configuration, and nothing else is', async () => {
    const tls = { certificate: path('server.pem'), key: path('server.key'), clientCa: null }
    const listening = await openGrpc(test, tls)
    expect(await ask(listening.port, ChannelCredentials.createSsl(read('ca.pem')))).toBe(-1)
    expect(await ask(listening.port, ChannelCredentials.createInsecure())).toBe(status.UNAVAILABLE)
    await listening.close()
  })

  it('asks clients for a certificate where an authority is configured', async () => {
    const tls = { certificate: path('server.pem'), key: path('server.key'), clientCa: path('ca.pem') }
    const listening = await openGrpc(test, tls)
    const withOne = ChannelCredentials.createSsl(read('ca.pem'), read('client.key'), read('client.pem'))
    expect(await ask(listening.port, withOne)).toBe(-1)
    expect(await ask(listening.port, ChannelCredentials.createSsl(read('ca.pem')))).toBe(status.UNAVAILABLE)
    await listening.close()
  })

  it('names the variable of a file that cannot be read', async () => {
    const tls = { certificate: path('none.pem'), key: path('server.key'), clientCa: null }
    await expect(openGrpc(test, tls)).rejects.toThrow('GRPC_TLS_CERT')
  })
})

/** The names that reflection lists. */
async function listServices(port: number): Promise<readonly string[]> {
  const file = createRequire(import.meta.url).resolve(
    '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
  )
  const name = 'grpc.reflection.v1.ServerReflection'
  const definition = loadSync(file, { oneofs: true })[name]
  // biome-ignore lint/suspicious/noExplicitAny: a service, whose type the loader does not know
  const Reflection = makeGenericClientConstructor(definition as any, name)
  const reflection = new Reflection(`localhost:${port}`, ChannelCredentials.createInsecure())
  const stream = Reflect.apply(Reflect.get(reflection, 'ServerReflectionInfo'), reflection, [])
  try {
    return await new Promise((resolve, reject) => {
      stream.on('data', (message: { listServicesResponse: { service: { name: string }[] } }) =>
        resolve(message.listServicesResponse.service.map((service) => service.name)),
      )
      stream.on('error', reject)
      stream.write({ listServices: '' })
    })
  } finally {
    stream.end()
    reflection.close()
  }
}
