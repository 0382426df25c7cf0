import { assertRedis, closeConnections, openCheckConnections } from '../../src/adapters/redis/redis-check.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { redisSettings } from './redis-settings.ts'

/** What a start with that Redis reports; null if nothing. */
export async function redisStartError(url: string, timeoutMs: number): Promise<string | null> {
  const connections = openCheckConnections(redisSettings(url, timeoutMs), silentLogger)
  try {
    await assertRedis(connections)
    return null
  } catch (error) {
    return String(error)
  } finally {
    closeConnections(connections)
  }
}
