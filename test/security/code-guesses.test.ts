import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MemoryAttemptStore } from '../../src/adapters/memory/memory-attempt-store.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { wrong } from '../support/guesses.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { askLogin } from '../support/people.ts'
import { auditTypesOf } from '../support/rows.ts'
import {
  challenge,
  complete,
  type Enrolled,
  nextCode,
  signUpWithTotp,
  totpCode,
  wrongCode,
} from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const clock = new ManualClock()
/** In memory, with the clock of the test: the contract suite shows that Redis counts alike. */
const attempts = new MemoryAttemptStore({ clock, maxEntries: 1000 })
const env = { TRUSTED_PROXIES: '192.0.2.0/24' }
let compared = 0
let test: TestApp
let second: TestApp

/** Both processes count attempts together, and the comparisons of codes are counted. */
function share(opened: Infrastructure): Infrastructure {
  const { totp } = opened
  const findStep: typeof totp.findStep = (...given) => {
    compared += 1
    return totp.findStep(...given)
  }
  return { ...opened, attempts, totp: { findStep, describe: totp.describe.bind(totp) } }
}

beforeAll(async () => {
  test = await createTestApp({ env, clock, infrastructure: share })
  second = await createTestApp({ env, clock, infrastructure: share, database: test.database })
})
afterAll(async () => {
  await second.close()
  await test.close()
})

let ada: Enrolled
beforeEach(async () => {
  ada = await signUpWithTotp(test)
  compared = 0
})

/** Device n at an address of its own, on one of two processes. */
const device = (n: number) =>
  [test, second][n % 2]?.actor({ 'x-forwarded-for': `198.51.100.${n}`, 'user-agent': `client/${n}` }) ??
  test.actor()

/** Signs in with the password on device n, and guesses one code. */
async function guessOn(n: number, proof: Readonly<Record<string, unknown>> = { code: wrongCode(test, ada) }) {
  const actor = device(n)
  return complete(actor, await challenge(actor, ada.email), proof)
}

const locked = { __typename: 'AccountLockedProblem', code: 'ACCOUNT_LOCKED' }

describe('wrong codes of one account', () => {
  it('are compared five times in a lock window, over all challenges, addresses and devices', async () => {
    const answers = []
    for (let n = 0; n < 15; n += 1) {
      clock.advance(5)
      answers.push(await guessOn(n))
    }
    expect(compared).toBe(5)
    expect(answers.slice(0, 4).map(({ attemptsLeft }) => attemptsLeft)).toEqual([4, 3, 2, 1])
    for (const answer of answers.slice(4)) expect(answer).toMatchObject(locked)
    expect(answers.at(-1)?.message).toMatch(/^Codes are refused after too many wrong ones\. Try again in /)
    expect(await guessOn(1, { code: nextCode(test, ada) })).toMatchObject(locked)
    expect(await guessOn(1, { recoveryCode: ada.recoveryCodes[0] })).toMatchObject(locked)
    const types = await auditTypesOf(test.database, ada.userId)
    expect(types.filter((type) => type === 'MFA_FAILED')).toHaveLength(5)
    expect(types.filter((type) => type === 'ACCOUNT_LOCKED')).toHaveLength(1)
    clock.advance(1800)
    expect(await guessOn(1, { code: totpCode(test, ada) })).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('are compared five times at most when a hundred come at once on two processes', async () => {
    const tokens: string[] = []
    for (let n = 0; n < 10; n += 1) tokens.push(await challenge(device(n), ada.email))
    const code = wrongCode(test, ada)
    const guesses = Array.from({ length: 100 }, (_, n) =>
      complete(device(n % 10), tokens[n % 10] ?? '', { code }),
    )
    const answers = await Promise.all(guesses)
    expect(compared).toBeLessThanOrEqual(5)
    expect(answers.every(({ __typename }) => __typename !== 'LoginSuccess')).toBe(true)
    expect(answers.filter(({ __typename }) => __typename === 'AccountLockedProblem').length).toBeGreaterThan(
      90,
    )
  })

  it('share their count with wrong recovery codes', async () => {
    const kinds = [{ recoveryCode: '1-0000-0000-0000-0000' }, { code: wrongCode(test, ada) }]
    const answers = []
    for (let n = 0; n < 5; n += 1) {
      clock.advance(10)
      answers.push(await guessOn(n, kinds[n % 2]))
    }
    expect(answers.slice(0, 4).map(({ attemptsLeft }) => attemptsLeft)).toEqual([4, 3, 2, 1])
    expect(answers[4]).toMatchObject(locked)
  })

  it('are forgotten after a completed sign-in only', async () => {
    for (let n = 0; n < 4; n += 1) {
      clock.advance(10)
      await guessOn(n)
    }
    // Neither the link that unlocks an account, nor an administrator, nor a new password forgets them.
    const epochs = { attemptEpoch: { increment: 1 }, tokenVersion: { increment: 1 } }
    await test.database.client.user.update({ where: { id: ada.userId }, data: epochs })
    clock.advance(10)
    expect(await guessOn(1)).toMatchObject(locked)
    clock.advance(1800)
    await guessOn(1)
    clock.advance(30)
    expect(await guessOn(1, { code: totpCode(test, ada) })).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await guessOn(2)).toMatchObject({ attemptsLeft: 4 })
  })

  it('use up the five tries of a challenge', async () => {
    const lenient = await createTestApp({
      env: { LOCKOUT_FAILURES: '50' },
      clock,
      database: test.database,
      infrastructure: share,
    })
    try {
      const actor = lenient.actor()
      const token = await challenge(actor, ada.email)
      const left = []
      for (let n = 0; n < 5; n += 1) {
        clock.advance(20)
        left.push((await complete(actor, token, { code: wrongCode(test, ada) })).attemptsLeft)
      }
      expect(left).toEqual([4, 3, 2, 1, 0])
      clock.advance(20)
      expect(await complete(actor, token, { code: totpCode(test, ada) })).toMatchObject({
        __typename: 'InvalidTokenProblem',
      })
      expect(compared).toBe(5)
    } finally {
      await lenient.close()
    }
  })

  it('end the codes of the app after a hundred in a row, until another factor was proven', async () => {
    const { client } = test.database
    const failures = async () =>
      (await client.totpSecret.findFirstOrThrow({ where: { userId: ada.userId } })).failures
    await guessOn(1)
    expect(await failures()).toBe(1)
    await client.totpSecret.updateMany({ where: { userId: ada.userId }, data: { failures: 99 } })
    clock.advance(10)
    await guessOn(1)
    compared = 0
    expect(await askLogin(device(1), ada.email)).toMatchObject({ methods: ['RECOVERY_CODE'] })
    expect(await guessOn(1, { code: nextCode(test, ada) })).toMatchObject({
      __typename: 'AuthInvalidCodeProblem',
      message: expect.stringContaining('Use a recovery code or a passkey'),
    })
    expect(compared).toBe(0)
    const recovered = await guessOn(1, { recoveryCode: ada.recoveryCodes[0] })
    expect(recovered).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await guessOn(1, { code: nextCode(test, ada) })).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await failures()).toBe(0)
  })
})

describe('wrong passwords of an account with a second step', () => {
  it('stay counted while the second step is not completed', async () => {
    const answers = []
    for (let n = 0; n < 5; n += 1) {
      clock.advance(40)
      answers.push(await askLogin(device(1), ada.email, wrong))
      clock.advance(40)
      if (n < 4) await challenge(device(1), ada.email)
    }
    expect(answers.at(-1)).toMatchObject({ __typename: 'AccountLockedProblem' })
  })

  it('are forgotten with a completed sign-in', async () => {
    for (let n = 0; n < 8; n += 1) {
      clock.advance(40)
      expect(await askLogin(device(1), ada.email, wrong)).toMatchObject({
        __typename: 'InvalidCredentialsProblem',
      })
      if (n % 2 === 1)
        expect(await guessOn(1, { code: totpCode(test, ada) })).toMatchObject({ __typename: 'LoginSuccess' })
    }
  })
})
