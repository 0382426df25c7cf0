import { setTimeout as sleep } from 'node:timers/promises'
import { lower } from '../report/finding.ts'
import { gatehouse } from '../servers/contestants.ts'
import type { Scenario } from './scenario.ts'

const streams = 1000
const revocations = 10_000
const watchMs = 4_000

const insertBurst = `
  INSERT INTO revocations (id, kind, session_id, recorded_at, expires_at)
  SELECT gen_random_uuid(), 'SESSION', gen_random_uuid(), clock_timestamp(), now() + interval '1 hour'
  FROM generate_series(1, ${revocations})`

/** The longest pause of the event loop when other sessions are revoked, with many open streams. */
export const revocationBurst: Scenario = {
  name: 'revocation-burst',
  async measure({ park, load }) {
    const server = await park.server(gatehouse)
    const { client } = await park.database(gatehouse)
    const stretch = load.begin({
      product: 'gatehouse',
      call: 'stream',
      url: server.url,
      pattern: { kind: 'streams', callers: streams },
    })
    await stretch.result
    const pauseDuring = async (work: () => Promise<unknown>) => {
      await server.ask('watchLoop')
      await work()
      await sleep(watchMs)
      return server.ask<number>('longestPause')
    }
    const idle = await pauseDuring(async () => undefined)
    const burst = await pauseDuring(() => client.query(insertBurst))
    await stretch.end()
    return [
      lower('10 000 revocations at once with 1 000 streams: longest pause', burst, 'ms', 100, 20),
      lower('the same time without revocations: longest pause', idle, 'ms', null, null),
    ]
  },
}
