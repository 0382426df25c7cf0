import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryAttemptStore } from '../../src/adapters/memory/memory-attempt-store.ts'
import { UnavailableError } from '../../src/domain/refusals.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Comparisons, guess, wrong } from '../support/guesses.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { askLogin, type SignedIn, signUp, tryLogin } from '../support/people.ts'
import { auditTypesOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const processes = 8
const comparisons = new Comparisons()
/** Holds the comparisons of the first process, while a test says so. */
let hold: Promise<void> | null = null
const clock = new ManualClock()
/** In memory: the contract suite shows that Redis counts alike, and a slow Redis would be replaced in the middle of a test. */
const attempts = new MemoryAttemptStore({ clock, maxEntries: 1000 })
const apps: TestApp[] = []

/** All processes have one store of attempts and one database. */
function share(index: number) {
  return (opened: Infrastructure): Infrastructure => {
    const { hasher, ...others } = comparisons.infrastructure({ ...opened, attempts })
    const verify: typeof hasher.verify = async (...given) => {
      // Every comparison takes a moment, so that those of all processes overlap.
      await sleep(20)
      if (index === 0) await hold
      return hasher.verify(...given)
    }
    return { ...others, hasher: { ...hasher, verify } }
  }
}

beforeAll(async () => {
  for (let index = 0; index < processes; index += 1) {
    const [first] = apps
    const beside = first === undefined ? {} : { database: first.database }
    apps.push(await createTestApp({ ...beside, clock, infrastructure: share(index) }))
  }
})
afterAll(async () => {
  for (const app of apps.reverse()) await app.close()
})

const appAt = (index: number): TestApp => {
  const app = apps[index]
  if (app === undefined) throw new Error('There is no such process.')
  return app
}

/** Number of locks of the account that were recorded. */
async function locksOf({ userId }: SignedIn): Promise<number> {
  const types = await auditTypesOf(appAt(0).database, userId)
  return types.filter((type) => type === 'ACCOUNT_LOCKED').length
}

describe('logins to one account on eight processes at the same time', () => {
  it('with the right password succeed, and lock nothing', async () => {
    const ada = await signUp(appAt(0).actor())
    for (let round = 0; round < 3; round += 1) {
      const logins = await Promise.all(apps.map((app) => askLogin(app.actor(), ada.email)))
      expect(logins.map(({ __typename }) => __typename)).toEqual(apps.map(() => 'LoginSuccess'))
    }
    expect(await auditTypesOf(appAt(0).database, ada.userId)).not.toContain('ACCOUNT_LOCKED')
  })

  it('with wrong passwords are compared three times', async () => {
    const ada = await signUp(appAt(0).actor())
    comparisons.count = 0
    const guesses = apps.flatMap((app) => Array.from({ length: 5 }, () => app))
    const answers = await Promise.all(guesses.map((app) => tryLogin(app.actor(), ada.email, wrong.password)))
    expect(comparisons.count).toBe(3)
    const codes = answers.map(({ data }) => data.login?.code)
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(3)
    expect(await askLogin(appAt(0).actor(), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(await locksOf(ada)).toBe(1)
  })
})

describe('an attempt that an overloaded process takes back', () => {
  it('leaves a lock that another process has set', async () => {
    const [overloaded, other] = [appAt(0), appAt(1)]
    const ada = await signUp(other.actor())
    let refuse = (_: Error) => {}
    hold = new Promise((_, reject) => (refuse = reject))
    const refused = tryLogin(overloaded.actor(), ada.email)
    await sleep(100)
    const guesses = guess(other.actor(), ada.email, 5)
    // The last guesses may wait for the result of the attempt that is held.
    await Promise.race([guesses, sleep(1000)])
    refuse(new UnavailableError())
    expect((await refused).errors[0]?.extensions.code).toBe('UNAVAILABLE')
    hold = null
    await guesses
    expect(await askLogin(other.actor(), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    // A lock that had been lifted would have begun again.
    expect(await locksOf(ada)).toBe(1)
  })
})
