import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agents, behindProxy, from } from '../support/devices.ts'
import { mailsTo, tokenIn } from '../support/mails.ts'
import { askLogin, signIn, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const home = '203.0.113.9'
const away = '198.51.100.7'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { ...behindProxy, EMAIL_VERIFICATION: 'off' } })
})
afterAll(() => test.close())

describe('a sign-in on a new device', () => {
  it('is mailed to the owner: device, place, time, and a link to report it', async () => {
    const { email } = await signUp(test.actor(from(home)))
    expect(await mailsTo(test, email)).toEqual([])
    await signIn(test.actor(from(away, agents.phone)), email)
    const [mail, ...others] = await mailsTo(test, email)
    expect(others).toEqual([])
    expect(mail?.subject).toMatch(/^New sign-in to your /)
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
      test.clock.now(),
    )
    for (const text of [mail?.text, mail?.html]) {
      expect(text).toContain('Chrome on Android')
      expect(text).toContain('the network 198.51.100.0/24')
      expect(text).toContain(day)
      expect(text).toContain('for 7 days')
    }
    expect(mail?.links.map(tokenIn)).toEqual([expect.stringMatching(/^gho_/)])
  })

  it('is mailed once to a device, and not for the first session, nor for one that is known', async () => {
    const { email } = await signUp(test.actor(from(home)))
    await signIn(test.actor(from(away, agents.firefoxNext)), email)
    expect(await mailsTo(test, email)).toEqual([])
    await Promise.all([1, 2, 3].map(() => signIn(test.actor(from(home, agents.chrome)), email)))
    expect(await mailsTo(test, email)).toHaveLength(1)
  })

  it('contains no text that a stranger could have written', async () => {
    const bait = 'Call +49 30 1234 or visit evil.example/1.0'
    const { email } = await signUp(test.actor(from(home)))
    const device = { name: '<b>Your bank</b> https://evil.example' }
    await askLogin(test.actor(from(home, bait)), email, { device })
    await askLogin(test.actor(from(home, `evil.example/1.0 ${bait}`)), email, { device })
    await askLogin(test.actor(from(home, 'Call+49-30-1234567/1.0')), email, { device })
    const mails = await mailsTo(test, email)
    expect(mails).toHaveLength(3)
    for (const { text, html, subject } of mails) {
      expect(`${subject}${text}${html}`).not.toMatch(/evil|bank|\+49/)
    }
    const named = mails.map(({ text }) => /sign-in to your account with (.*), from/.exec(text)?.[1])
    expect(new Set(named)).toEqual(new Set(['an unknown device']))
  })

  it('has links that work beside each other', async () => {
    const { email } = await signUp(test.actor(from(home)))
    await signIn(test.actor(from(home, agents.chrome)), email)
    await signIn(test.actor(from(home, agents.phone)), email)
    const { id: userId } = await test.database.client.user.findFirstOrThrow({ where: { email } })
    const links = { purpose: 'REPORT_SESSION', userId, consumedAt: null } as const
    expect(await test.database.client.oneTimeToken.count({ where: links })).toBe(2)
  })

  it('is not mailed with NEW_DEVICE_MAIL=off', async () => {
    const quiet = await createTestApp({
      env: { ...behindProxy, EMAIL_VERIFICATION: 'off', NEW_DEVICE_MAIL: 'off' },
    })
    const { email } = await signUp(quiet.actor(from(home)))
    await signIn(quiet.actor(from(home, agents.chrome)), email)
    expect(await mailsTo(quiet, email)).toEqual([])
    await quiet.close()
  })
})
