import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertRedis, closeConnections, openCheckConnections } from '../../src/adapters/redis/redis-check.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { freePort } from '../support/free-port.ts'
import { OwnAuthority } from '../support/own-authority.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

let authority: OwnAuthority
let redis: OwnRedis
let url: string
beforeAll(async () => {
  authority = await OwnAuthority.create()
  const port = await freePort()
  redis = await OwnRedis.start({ port, settings: { port: '0', ...authority.redisSettings(port) } })
  url = `rediss://127.0.0.1:${port}`
})
afterAll(async () => {
  await redis.stop()
  await authority.remove()
})

describe.runIf(hasRedisServer())('Redis over TLS with a certificate of an own authority', () => {
  it('works with the authority in NODE_EXTRA_CA_CERTS', async () => {
    const database = await createServerDatabase()
    const env = { DATABASE_URL: database.url, REDIS_URL: url, NODE_EXTRA_CA_CERTS: authority.caFile }
    const service = await ServiceProcess.start(env)
    try {
      const report = await (await service.get('/health/ready')).json()
      expect(report).toMatchObject({ status: 'ok', checks: { redis: 'up' } })
    } finally {
      await service.stop()
      await database.drop()
    }
  })

  it('is refused without it, for that reason', async () => {
    const connections = openCheckConnections(redisSettings(url, 5000), silentLogger)
    try {
      await expect(assertRedis(connections)).rejects.toMatchObject({
        message: 'Redis at REDIS_URL cannot be used: self-signed certificate in certificate chain',
        cause: { code: 'SELF_SIGNED_CERT_IN_CHAIN' },
      })
    } finally {
      closeConnections(connections)
    }
  })
})
