import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UnavailableError } from '../../src/domain/refusals.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import type { Deadline } from '../../src/lib/time/deadline.ts'
import type { GraphqlAnswer } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { Comparisons, wrong } from '../support/guesses.ts'
import { mailsTo } from '../support/mails.ts'
import { askLogin, signUp, tryLogin } from '../support/people.ts'
import { auditTypesOf } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const times = <T>(count: number, call: () => Promise<T>) => Promise.all(Array.from({ length: count }, call))

/** The type of each answer, or the code of its error, without repetitions. */
function outcomesOf(answers: readonly GraphqlAnswer[]): readonly string[] {
  const outcomes = answers.map((answer) => answer.data?.login?.__typename ?? String(reasonOf(answer)))
  return [...new Set(outcomes)].sort()
}

function replaceVerify(opened: Infrastructure, verify: Infrastructure['hasher']['verify']): Infrastructure {
  const { hasher } = opened
  return {
    ...opened,
    hasher: {
      ...hasher,
      verify,
    },
  }
}

describe('many logins to one account at the same time', () => {
  const comparisons = new Comparisons()
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp({ infrastructure: comparisons.infrastructure })
  })
  afterAll(() => test.close())

  it('with the correct password never lock it, and send no mail', async () => {
    const ada = await signUp(test.actor())
    const answers = await times(120, () => tryLogin(test.actor(), ada.email))
    expect(['LoginSuccess', 'UNAVAILABLE']).toEqual(expect.arrayContaining([...outcomesOf(answers)]))
    expect(outcomesOf(answers)).toContain('LoginSuccess')
    expect(await auditTypesOf(test.database, ada.userId)).not.toContain('ACCOUNT_LOCKED')
    const mails = await mailsTo(test, ada.email)
    expect(mails.filter(({ subject }) => /locked/i.test(subject))).toEqual([])
    expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
  })

  it('with a wrong password are compared five times at most', async () => {
    const ada = await signUp(test.actor())
    comparisons.count = 0
    await times(120, () => tryLogin(test.actor(), ada.email, wrong.password))
    expect(comparisons.count).toBeLessThanOrEqual(5)
  })
})

describe('comparisons that end without a result', () => {
  it('count no failure, and keep no other attempt waiting', async () => {
    const queue = { isFull: false }
    const test = await createTestApp({
      infrastructure: (opened) => {
        const verify: typeof opened.hasher.verify = async (...given) => {
          if (queue.isFull) throw new UnavailableError()
          return opened.hasher.verify(...given)
        }
        return replaceVerify(opened, verify)
      },
    })
    const ada = await signUp(test.actor())
    queue.isFull = true
    for (let n = 0; n < 7; n += 1)
      expect(outcomesOf([await tryLogin(test.actor(), ada.email)])).toEqual(['UNAVAILABLE'])
    queue.isFull = false
    expect(outcomesOf([await tryLogin(test.actor(), ada.email)])).toEqual(['LoginSuccess'])
    expect(await auditTypesOf(test.database, ada.userId)).not.toContain('LOGIN_FAILED')
    await test.close()
  })
})

describe('logins that wait for each other', () => {
  /** Holds each comparison until the test ends it, or its deadline passes. */
  const slow = { ms: 0 }
  const hold = (opened: Infrastructure): Infrastructure => {
    const { hasher } = opened
    const verify: typeof hasher.verify = async (password, stored, deadline?: Deadline) => {
      await new Promise((resolve) => setTimeout(resolve, slow.ms))
      return hasher.verify(password, stored, deadline)
    }
    return replaceVerify(opened, verify)
  }

  it('wait no longer together than HASH_QUEUE_SECONDS, and count no failure', async () => {
    const test = await createTestApp({ env: { HASH_QUEUE_SECONDS: '1' }, infrastructure: hold })
    const ada = await signUp(test.actor())
    slow.ms = 300
    const longest: number[] = []
    const answers = await times(20, async () => {
      const started = performance.now()
      const answer = await tryLogin(test.actor(), ada.email, goodPassword)
      longest.push(performance.now() - started)
      return answer
    })
    expect(outcomesOf(answers)).toEqual(['LoginSuccess', 'UNAVAILABLE'])
    // Without one deadline the last of twenty waits six seconds.
    expect(Math.max(...longest)).toBeLessThan(4000)
    slow.ms = 0
    expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
    await test.close()
  })
})
