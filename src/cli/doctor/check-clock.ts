import { type Finding, failure, ok, warning } from './finding.ts'

const maxMs = 2000
/** The tolerance of the times in access tokens. */
const toleranceMs = 5000

/** Compares the clock of this machine with that of a server. `aheadMs`: how far the other one is ahead. */
export function checkClock(server: 'PostgreSQL' | 'Redis', aheadMs: number): Finding {
  const check = `clock of ${server}`
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1)
  const message = `The clock of ${server} is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead of'} that of this machine.`
  const advice = 'Synchronise the clocks of all machines (chrony, systemd-timesyncd).'
  if (Math.abs(aheadMs) > toleranceMs) return failure(check, message, advice)
  return Math.abs(aheadMs) > maxMs ? warning(check, message, advice) : ok(check, message)
}
