import { setTimeout as sleep } from 'node:timers/promises'
import type { HealthChecks } from '../lib/observation/health-checks.ts'

const pauseMs = 50

/** Waits until this process can serve. */
export async function untilReady(health: Pick<HealthChecks, 'run'>): Promise<void> {
  while ((await health.run()).status === 'unavailable') await sleep(pauseMs)
}
