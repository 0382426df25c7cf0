import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Jobs } from '../../src/app/create-jobs.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const timetable: readonly [name: string, job: keyof Jobs, schedule: string, leaseSeconds: number][] = [
  ['remind-password-age', 'remindPasswordAge', '17 * * * *', 300],
  ['report-unsolved-challenges', 'reportUnsolvedChallenges', '*/5 * * * *', 120],
  ['rotate-signing-keys', 'rotateSigningKeys', '*/5 * * * *', 120],
  ['archive-audit', 'archiveAudit', '41 * * * *', 300],
  ['end-tenant-access', 'endTenantAccess', '*/5 * * * *', 120],
  ['purge-expired', 'purgeExpired', '*/15 * * * *', 300],
]

let test: TestApp
const taken: { name: string; seconds: number }[] = []
let isFree = true
beforeAll(async () => {
  test = await createTestApp({
    infrastructure: (opened) => ({
      ...opened,
      jobLeases: {
        acquire: async (name, _holder, until, now) => {
          taken.push({ name, seconds: (until.getTime() - now.getTime()) / 1000 })
          return isFree
        },
        release: async () => undefined,
      },
    }),
  })
})
afterAll(() => test.close())
beforeEach(() => {
  taken.length = 0
  isFree = true
  vi.restoreAllMocks()
})

/** As the scheduler does when the time has come. */
async function run(name: string): Promise<boolean> {
  const job = test.app.scheduler.timetable.find((one) => one.name === name)
  return job !== undefined && test.app.scheduler.runNow(job)
}

/** Answers which jobs have run since. */
function watchJobs(): () => readonly string[] {
  const spies = timetable.map(([, job]) => [job, vi.spyOn(test.app.jobs, job)] as const)
  return () => spies.filter(([, { mock }]) => mock.calls.length === 1).map(([job]) => job)
}

describe('the timetable of jobs', () => {
  it('has every job that there is, each at its time', () => {
    const written = test.app.scheduler.timetable.map(({ name, schedule }) => [name, schedule])
    expect(written).toEqual(timetable.map(([name, , schedule]) => [name, schedule]))
    expect(Object.keys(test.app.jobs).toSorted()).toEqual(timetable.map(([, job]) => job).toSorted())
  })

  it.each(timetable)('runs %s (%s) at %s, under a lease of %d seconds', async (name, job, _at, seconds) => {
    const ran = watchJobs()
    expect(await run(name)).toBe(true)
    expect(taken).toEqual([{ name, seconds }])
    expect(ran()).toEqual([job])
  })

  it.each(timetable)('leaves %s to the process that holds its lease', async (name) => {
    isFree = false
    const ran = watchJobs()
    expect(await run(name)).toBe(false)
    expect(taken).toHaveLength(1)
    expect(ran()).toEqual([])
  })
})
