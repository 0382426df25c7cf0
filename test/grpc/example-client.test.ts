import { fileURLToPath } from 'node:url'
import { ChannelCredentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TokenVerifier, VerificationUnavailable } from '../../examples/verify-tokens/token-verifier.ts'
import { type GrpcListening, listenGrpc } from '../../src/grpc/grpc-server.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { openGrpc } from '../support/grpc.ts'
import { signUpAs } from '../support/people.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const protoFile = fileURLToPath(new URL('../../src/grpc/auth.proto', import.meta.url))

describe('the client of the guide', () => {
  let test: TestApp
  let grpc: GrpcListening
  let token: string
  let verifier: TokenVerifier
  beforeAll(async () => {
    test = await createTestApp()
    const admin = await signUpAs(test, 'ADMIN')
    token = admin.accessToken
    grpc = await openGrpc(test)
    const { secret: apiKey } = await makeKey(test, token)
    const credentials = ChannelCredentials.createInsecure()
    verifier = new TokenVerifier({
      address: `localhost:${grpc.port}`,
      credentials,
      apiKey,
      protoFile,
      deadlineMs: 2000,
    })
  })
  afterAll(async () => {
    verifier.close()
    await grpc.close()
    await test.close()
  })

  it('hears verdicts, and what is missing', async () => {
    expect(await verifier.verify(token, ['users:read'])).toMatchObject({
      active: true,
      reason: 'TOKEN_REJECTION_UNSPECIFIED',
    })
    expect(await verifier.verify(token, ['other'])).toMatchObject({
      active: false,
      missingPermissions: ['other'],
    })
    expect(await verifier.verify('rubbish')).toMatchObject({
      active: false,
      reason: 'TOKEN_REJECTION_MALFORMED',
    })
  })

  it('throws while the server is unavailable, pauses, and recovers without a restart', async () => {
    const { port } = grpc
    await grpc.close()
    for (let count = 0; count < 5; count += 1)
      await expect(verifier.verify(token)).rejects.toThrow(VerificationUnavailable)
    const watch = new Stopwatch()
    await expect(verifier.verify(token)).rejects.toThrow('Verification is paused')
    expect(watch.stop()).toBeLessThan(20)
    const deps = {
      hosts: ['127.0.0.1'],
      port,
      tls: null,
      drainNoticeSeconds: 0,
      drainSeconds: 1,
      logger: silentLogger,
    }
    grpc = await listenGrpc({ ...deps, app: test.app.grpc })
    await eventually(async () => expect((await verifier.verify(token)).active).toBe(true), { everyMs: 200 })
  })
})
