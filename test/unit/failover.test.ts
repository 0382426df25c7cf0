import { describe, expect, it } from 'vitest'
import { Failover } from '../../src/adapters/failover/failover.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { noteCounts } from '../support/noted-counts.ts'

function openFailover() {
  const clock = new ManualClock()
  const lines: string[] = []
  const counted: string[] = []
  const seen = { degraded: 0, recovered: 0 }
  const failover = new Failover({
    subject: 'attempts',
    port: 'attempts',
    clock,
    logger: {
      ...silentLogger,
      warn: (fields) => void lines.push(`away ${JSON.stringify(fields)}`),
      info: () => void lines.push('back'),
    },
    metrics: noteCounts(counted),
    onDegraded: () => {
      seen.degraded += 1
    },
    onRecovered: () => {
      seen.recovered += 1
    },
  })
  const call = (works: boolean) =>
    failover.run(
      () => (works ? Promise.resolve('shared') : Promise.reject(new Error('CLUSTERDOWN'))),
      async () => 'local',
    )
  return { clock, lines, counted, seen, call }
}

/** An outage of two seconds, as if one key failed and the next did not. */
async function flap({ clock, call }: ReturnType<typeof openFailover>, times: number) {
  for (let n = 0; n < times; n += 1) {
    await call(false)
    clock.advance(1)
    await call(true)
    clock.advance(1)
  }
}

describe('a Redis of which a part fails', () => {
  it('is logged ten times in a row, then once in 30 seconds, and counted always', async () => {
    const opened = openFailover()
    await flap(opened, 90)
    expect(opened.seen).toEqual({ degraded: 90, recovered: 90 })
    expect(opened.counted).toHaveLength(90)
    const away = opened.lines.filter((line) => line.startsWith('away'))
    expect(away).toHaveLength(15)
    expect(away[0]).toBe('away {"reason":"CLUSTERDOWN"}')
    expect(away[14]).toBe('away {"reason":"CLUSTERDOWN","outages":15}')
    expect(opened.lines).toHaveLength(30)
  })

  it('is logged late if the outage lasts, with its end', async () => {
    const opened = openFailover()
    await flap(opened, 11)
    const before = opened.lines.length
    await opened.call(false)
    expect(opened.lines).toHaveLength(before)
    opened.clock.advance(30)
    await opened.call(false)
    await opened.call(false)
    opened.clock.advance(30)
    await opened.call(true)
    expect(opened.lines.slice(before)).toEqual(['away {"reason":"CLUSTERDOWN","outages":2}', 'back'])
  })
})
