import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { freePort } from '../support/free-port.ts'
import { OwnAuthority } from '../support/own-authority.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { OwnRedisCluster } from '../support/own-redis-cluster.ts'
import { signUp, tryMe } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

let authority: OwnAuthority
let folder: string
beforeAll(async () => {
  authority = await OwnAuthority.create()
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-tls-'))
})
afterAll(async () => {
  await authority.remove()
  await rm(folder, { recursive: true, force: true })
})

/** Starts the service, which trusts the authority, and uses it. */
async function expectService(url: string): Promise<void> {
  const database = await createServerDatabase()
  const service = await ServiceProcess.start({
    DATABASE_URL: database.url,
    REDIS_URL: url,
    RATE_LIMITS: 'on',
    NODE_EXTRA_CA_CERTS: authority.caFile,
  })
  try {
    const ada = await signUp(service.actor())
    expect(reasonOf(await tryMe(ada.actor, ada.accessToken))).toBe('ok')
    const report = await (await service.get('/health/ready')).json()
    expect(report).toMatchObject({ status: 'ok', checks: { redis: 'up' } })
    expect(service.output).not.toContain('in this process')
  } finally {
    await service.stop()
    await database.drop()
  }
}

describe.runIf(hasRedisServer())('over TLS', () => {
  it('a cluster works', async () => {
    const ports: number[] = []
    const cluster = await OwnRedisCluster.start({
      settings: async () => {
        const port = await freePort()
        ports.push(port)
        return { ...authority.redisSettings(port), 'tls-cluster': 'yes' }
      },
    })
    await expectService(`rediss+cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`)
    await cluster.close()
  })

  it('Sentinel and its master work', async () => {
    const [port, sentinelPort] = [await freePort(), await freePort()]
    const redis = await OwnRedis.start({
      port,
      settings: { port: '0', dir: folder, ...authority.redisSettings(port) },
    })
    const sentinelFile = join(folder, 'sentinel.conf')
    await writeFile(sentinelFile, `sentinel monitor mymaster 127.0.0.1 ${port} 1\n`)
    const settings = { port: '0', ...authority.redisSettings(sentinelPort) }
    const sentinel = await OwnRedis.start({ port: sentinelPort, sentinelFile, settings })
    await expectService(`rediss+sentinel://127.0.0.1:${sentinelPort}/mymaster`)
    await sentinel.stop()
    await redis.stop()
  })
})
