import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStores } from '../../src/infrastructure/operator-stores.ts'
import { currentSessionDocument } from '../support/operations.ts'
import { askAs, askLogin, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** The device of a sign-in that came with these words. */
async function deviceOf(userAgent: string | undefined, device?: Readonly<Record<string, unknown>>) {
  const { email } = await signUp(test.actor())
  const actor = test.actor()
  if (userAgent === undefined) delete actor.headers['user-agent']
  else actor.headers['user-agent'] = userAgent
  const login = await askLogin(actor, email, { device })
  expect(login.__typename).toBe('LoginSuccess')
  return login.session.device
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'
const chrome =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36'
const safari =
  'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'
const edge =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0'
const bot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

describe('the device of a session', () => {
  it.each([
    [firefox, { name: 'Firefox on Linux', browser: 'Firefox', os: 'Linux', type: 'DESKTOP' }],
    [chrome, { name: 'Chrome on Android', browser: 'Chrome', os: 'Android', type: 'MOBILE' }],
    [safari, { name: 'Safari on iOS', browser: 'Safari', os: 'iOS', type: 'TABLET' }],
    [edge, { name: 'Microsoft Edge on Windows', type: 'DESKTOP' }],
    [bot, { type: 'BOT' }],
    ['curl/8.5.0', { os: null, type: 'UNKNOWN' }],
  ])('is read from %j', async (userAgent, device) => {
    expect(await deviceOf(userAgent)).toMatchObject(device)
  })

  it.each([undefined, '', '   ', '((((', 'é'.repeat(50), `Mozilla/5.0 ${'('.repeat(10_000)}`])(
    'has a name, and never fails, for %j',
    async (userAgent) => {
      const device = await deviceOf(userAgent)
      expect(device.name).not.toBe('')
      expect(device.name.length).toBeLessThan(100)
    },
  )

  it('is unknown without a User-Agent', async () => {
    expect(await deviceOf(undefined)).toEqual({
      name: 'Unknown device',
      browser: null,
      os: null,
      type: 'UNKNOWN',
    })
  })

  it('goes by the name that the client gives it, and by its own again when that is blank', async () => {
    expect(await deviceOf(firefox, { name: 'Büro 💻' })).toMatchObject({
      name: 'Büro 💻',
      browser: 'Firefox',
    })
    for (const name of [null, '', '  ']) {
      expect(await deviceOf(firefox, { name })).toMatchObject({ name: 'Firefox on Linux' })
    }
  })

  it.each([
    { device: null, stored: null, shown: 'Firefox on Linux' },
    { device: { name: 'Firefox on Linux' }, stored: null, shown: 'Firefox on Linux' },
    { device: { name: 'Büro 💻' }, stored: 'Büro 💻', shown: 'Büro 💻' },
  ])(
    'is stored without a name that follows from browser and system: $device',
    async ({ device, stored, shown }) => {
      const actor = test.actor({ 'user-agent': firefox })
      const user = await signUp(actor, { device })
      const { client } = test.database
      const row = await client.session.findUniqueOrThrow({ where: { id: user.sessionId } })
      expect(row).toMatchObject({ deviceName: stored, deviceBrowser: 'Firefox', deviceOs: 'Linux' })
      expect(await askAs(test, user, currentSessionDocument, {})).toMatchObject({ device: { name: shown } })
      const person = await openStores(test.database, null).personExport.collect(user.userId)
      expect(person?.sessions).toMatchObject([{ deviceName: shown }])
    },
  )

  it('keeps at most 512 characters of the User-Agent', async () => {
    const actor = test.actor({ 'user-agent': 'x'.repeat(10_000) })
    const { sessionId } = await signUp(actor)
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })
    expect(row.userAgent).toBe('x'.repeat(512))
  })

  it('keeps the fingerprint as a digest only', async () => {
    const fingerprint = 'fingerprint-of-the-laptop'
    const { sessionId } = await signUp(test.actor(), { device: { fingerprint } })
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })
    expect(row.fingerprintDigest).toHaveLength(32)
    expect(Buffer.from(row.fingerprintDigest ?? []).toString()).not.toContain(fingerprint)
  })
})
