import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaPersonExport } from '../../src/adapters/prisma/stores/accounts/prisma-person-export.ts'
import { mailsTo } from '../support/mails.ts'
import { insertPasskey } from '../support/rows.ts'
import { challenge, complete, nextCode, signUpWithTotp } from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const subject = 'Someone entered your password for Gatehouse, but not the second factor'

async function noticesTo(email: string) {
  return (await mailsTo(test, email)).filter((mail) => mail.subject === subject)
}

describe('the job report-unsolved-challenges', () => {
  it('mails the owner once about a challenge that expired, with the device and a link that ends all', async () => {
    const ada = await signUpWithTotp(test)
    await challenge(test.actor(), ada.email)
    expect(await test.app.jobs.reportUnsolvedChallenges()).toBe(0)
    test.clock.advance(300)
    const runs = [test.app.jobs.reportUnsolvedChallenges(), test.app.jobs.reportUnsolvedChallenges()]
    expect((await Promise.all(runs)).toSorted()).toEqual([0, 1])
    const [notice, ...others] = await noticesTo(ada.email)
    expect(others).toEqual([])
    expect(notice?.text).toContain('with Firefox on Linux')
    expect(notice?.links.some((link) => link.includes('/report-session'))).toBe(true)
  })

  it('does not report a sign-in that succeeded', async () => {
    const ada = await signUpWithTotp(test)
    const actor = test.actor()
    const done = await complete(actor, await challenge(actor, ada.email), { code: nextCode(test, ada) })
    expect(done).toMatchObject({ __typename: 'LoginSuccess' })
    test.clock.advance(300)
    expect(await test.app.jobs.reportUnsolvedChallenges()).toBe(0)
    expect(await noticesTo(ada.email)).toEqual([])
  })

  it('sends at most ten mails in an hour', async () => {
    const ada = await signUpWithTotp(test)
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < 6; index += 1) await challenge(test.actor(), ada.email)
      test.clock.advance(300)
      expect(await test.app.jobs.reportUnsolvedChallenges()).toBe(6)
    }
    expect(await noticesTo(ada.email)).toHaveLength(10)
  })
})

describe('the job purge-expired', () => {
  it('keeps a removed factor while a mailed link can restore it', async () => {
    const ada = await signUpWithTotp(test)
    const { client } = test.database
    await client.totpSecret.updateMany({
      where: { userId: ada.userId },
      data: { removedAt: test.clock.now() },
    })
    test.clock.advance(4 * 86_400)
    await test.app.jobs.purgeExpired()
    expect(await client.totpSecret.count({ where: { userId: ada.userId } })).toBe(1)
    test.clock.advance(2 * 86_400)
    await test.app.jobs.purgeExpired()
    expect(await client.totpSecret.count({ where: { userId: ada.userId } })).toBe(0)
  })
})

describe('users export', () => {
  it('names factors without secrets', async () => {
    const ada = await signUpWithTotp(test)
    await insertPasskey(test.database, ada.userId)
    await challenge(test.actor(), ada.email)
    const person = await new PrismaPersonExport(test.database.client).collect(ada.userId)
    expect(person).toMatchObject({
      totpSecrets: [{}],
      passkeys: [{ name: 'Passkey' }],
      signInChallenges: [{}],
    })
    expect(person?.recoveryCodes).toHaveLength(10)
    expect(JSON.stringify(person)).not.toMatch(/sealed|hash|digest|publicKey|secret"|\$argon2/i)
  })
})
