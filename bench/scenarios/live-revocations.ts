import { setTimeout as sleep } from 'node:timers/promises'
import { lower } from '../report/finding.ts'
import { gatehouse } from '../servers/contestants.ts'
import { gatehouseEnv } from '../servers/gatehouse-env.ts'
import { type Memory, ServerProcess } from '../servers/server-process.ts'
import type { Scenario } from './scenario.ts'

const entries = 1_000_000
const settleMs = 5_000
const fresh = { ...gatehouse, name: 'Gatehouse, revocations' }

/** Revocations of sessions that expire within the hour. */
const insertRevocations = `
  INSERT INTO revocations (id, kind, session_id, recorded_at, expires_at)
  SELECT gen_random_uuid(), 'SESSION', gen_random_uuid(), now() - n * interval '1 millisecond',
    now() + interval '1 hour' + n * interval '1 millisecond' FROM generate_series(1, ${entries}) AS n`

/** Memory of a live revocation, and CPU time of a start with a million of them. */
export const liveRevocations: Scenario = {
  name: 'revocations',
  async measure({ park, backends }) {
    const { url, client } = await park.database(fresh)
    const env = { ...gatehouseEnv(url, backends.redis), MIGRATE_ON_START: 'off' }
    await (await park.server(fresh)).stop()
    const without = await startOnce(env)
    await client.query(insertRevocations)
    await client.query('VACUUM ANALYZE revocations')
    const loaded = await startOnce(env)
    await client.query('TRUNCATE revocations')
    return [
      lower('memory of a live revocation', (loaded.used - without.used) / entries, 'B', 120, 60),
      lower('resident memory with a million revocations', loaded.rss / 1024 / 1024, 'MiB', null, null),
      lower('start with a million revocations: CPU', loaded.cpuSeconds, 's', 3, 1.5),
    ]
  },
}

/** CPU until it listens, and memory after a collection. */
async function startOnce(
  env: Readonly<Record<string, string>>,
): Promise<Memory & { readonly cpuSeconds: number }> {
  const server = await ServerProcess.start({ program: gatehouse.program, env, nodeOptions: ['--expose-gc'] })
  const cpuSeconds = (await server.cpu()).all / 1e6
  await sleep(settleMs)
  const memory = await server.memory()
  await server.stop()
  return { ...memory, cpuSeconds }
}
