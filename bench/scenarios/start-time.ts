import { median } from '../load/quantile.ts'
import { lower } from '../report/finding.ts'
import { gatehouse } from '../servers/contestants.ts'
import { gatehouseEnv } from '../servers/gatehouse-env.ts'
import { ServerProcess } from '../servers/server-process.ts'
import type { Scenario } from './scenario.ts'

/** From the start of the process until it listens, on a database that is migrated and has a signing key. */
export const startTime: Scenario = {
  name: 'start',
  async measure({ park, backends, rounds }) {
    const { url } = await park.database(gatehouse)
    const env = { ...gatehouseEnv(url, backends.redis), MIGRATE_ON_START: 'off' }
    const seconds: number[] = []
    const cpuSeconds: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const server = await ServerProcess.start({ ...gatehouse, env })
      seconds.push(server.startMs / 1e3)
      cpuSeconds.push((await server.cpu()).all / 1e6)
      await server.stop()
    }
    return [
      lower('start until it listens', median(seconds), 's', 1.2, 0.8),
      lower('CPU of a start', median(cpuSeconds), 's', null, null),
    ]
  },
}
