import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { codeOf, GrpcClient } from '../support/grpc.ts'
import { signUp } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

describe('a process with GRPC_PORT', () => {
  let database: Awaited<ReturnType<typeof createServerDatabase>>
  let service: ServiceProcess
  let port: number
  beforeAll(async () => {
    database = await createServerDatabase()
    service = await ServiceProcess.start({ DATABASE_URL: database.url, GRPC_PORT: '0' })
    port = Number(/"grpcPort":(\d+)/.exec(service.output)?.[1])
  })
  afterAll(async () => {
    await service.stop('SIGKILL')
    await database.drop()
  })

  it('answers there from its build, and stops with the rest', async () => {
    const health = GrpcClient.health(port)
    expect(await health.call('Check', { service: '' })).toEqual({ status: 'SERVING' })
    health.close()
    const { accessToken } = await signUp(service.actor())
    const client = new GrpcClient(port)
    const denied = 7
    expect(await codeOf(client.call('Verify', { token: 'a' }, Actor.bearer(accessToken)))).toBe(denied)
    client.close()
    expect(await service.stop('SIGTERM')).toMatchObject({ code: 0 })
  })
})
