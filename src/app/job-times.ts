/** When jobs run (cron, 5 fields, UTC), and how long their leases last if a process crashes. */
export const jobTimes = {
  'remind-password-age': { schedule: '17 * * * *', leaseSeconds: 300 },
  'report-unsolved-challenges': { schedule: '*/5 * * * *', leaseSeconds: 120 },
  'rotate-signing-keys': { schedule: '*/5 * * * *', leaseSeconds: 120 },
  'archive-audit': { schedule: '41 * * * *', leaseSeconds: 300 },
  'end-tenant-access': { schedule: '*/5 * * * *', leaseSeconds: 120 },
  'purge-expired': { schedule: '*/15 * * * *', leaseSeconds: 300 },
} as const

export type JobName = keyof typeof jobTimes

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobTimes, name)
}

export const jobNames: readonly JobName[] = Object.keys(jobTimes).filter(isJobName)
