import type { Config } from '../../config/config.ts'
import { examineRedis } from '../../infrastructure/doctor-probes.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { checkClock } from './check-clock.ts'
import { type Finding, failure, ok } from './finding.ts'

/** Whether Redis does what the service requires of it, and its clock. */
export async function checkRedis({ redis }: Pick<Config, 'redis'>): Promise<readonly Finding[]> {
  if (redis === null) return [ok('redis', 'Not used: limits and messages stay within one process.')]
  try {
    const { aheadMs } = await examineRedis(redis)
    const clock =
      aheadMs === null
        ? ok('clock of Redis', 'Not compared: the user may not run TIME, which the service does not require.')
        : checkClock('Redis', aheadMs)
    return [
      ok('redis', 'Runs scripts and delivers messages; the user has every right that is required.'),
      clock,
    ]
  } catch (error) {
    const advice = 'Check REDIS_URL, the server, and the rights of the user.'
    return [failure('redis', errorText(error), advice)]
  }
}
