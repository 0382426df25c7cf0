import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { mailsTo } from '../support/mails.ts'
import { changePasswordDocument } from '../support/operations.ts'
import { signIn, signUp } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { deactivateTenant, reactivateTenant } from '../support/tenant-state.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const day = 86_400
let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { PASSWORD_MAX_AGE_DAYS: '90', PASSWORD_REMIND_DAYS: '7' } })
})
afterAll(() => test.close())

/** How many reminders a user has received. */
async function remindersOf(email: string): Promise<number> {
  const mails = await mailsTo(test, email)
  return mails.filter(({ subject }) => subject.includes('expires soon')).length
}

describe('a password that is about to be too old', () => {
  it('causes one reminder, the configured number of days before, and another only after a change', async () => {
    const actor = test.actor()
    const { email } = await signUp(actor)
    test.clock.advance(82 * day)
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(email)).toBe(0)
    test.clock.advance(day)
    await test.app.jobs.remindPasswordAge()
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(email)).toBe(1)

    const { accessToken } = await signIn(actor, email)
    const input = { currentPassword: goodPassword, newPassword: 'An0ther-horse-battery!' }
    await actor.ask(changePasswordDocument, { input }, Actor.bearer(accessToken))
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(email)).toBe(1)
    test.clock.advance(84 * day)
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(email)).toBe(2)
  })

  it('causes one reminder per user, also from two processes at once', async () => {
    const emails: string[] = []
    for (let n = 0; n < 5; n++) emails.push((await signUp(test.actor())).email)
    test.clock.advance(85 * day)
    const counts = await Promise.all([test.app.jobs.remindPasswordAge(), test.app.jobs.remindPasswordAge()])
    expect(counts[0] + counts[1]).toBe(5)
    for (const email of emails) expect(await remindersOf(email)).toBe(1)
  })

  it('causes no reminder to deactivated users, and none after the expiry', async () => {
    const gone = await signUp(test.actor())
    const late = await signUp(test.actor())
    await test.database.client.user.update({ where: { id: gone.userId }, data: { active: false } })
    test.clock.advance(89 * day)
    await test.database.client.password.update({
      where: { userId: late.userId },
      data: { changedAt: new Date(test.clock.now().getTime() - 91 * day * 1000) },
    })
    expect(await test.app.jobs.remindPasswordAge()).toBe(0)
  })

  it('causes no reminder while its tenant is inactive, and one afterwards', async () => {
    const tenant = await insertTenant(test.database)
    const { email } = await signUp(test.actor(), { tenant })
    test.clock.advance(85 * day)
    await deactivateTenant(test, tenant)
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(email)).toBe(0)
    await reactivateTenant(test, tenant)
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(email)).toBe(1)
  })

  it("goes by its tenant's rules", async () => {
    const tenant = await insertTenant(test.database)
    await test.database.client.tenant.update({
      where: { slug: tenant },
      data: { settings: { passwordMaxAgeDays: 30 } },
    })
    const { email } = await signUp(test.actor(), { tenant })
    const elsewhere = await signUp(test.actor())
    test.clock.advance(25 * day)
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(email)).toBe(1)
    expect(await remindersOf(elsewhere.email)).toBe(0)
  })
})
