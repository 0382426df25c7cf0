import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Place } from '../../src/domain/risk/geo-locator.ts'
import { agents, behindProxy, from } from '../support/devices.ts'
import { pass } from '../support/guesses.ts'
import { askLogin, signIn, signUp } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

const berlin = '203.0.113.9'
const munich = '203.0.114.9'
const sydney = '198.51.100.7'
const nowhere = '192.0.2.99'
const places: Readonly<Record<string, Place>> = {
  [berlin]: { country: 'DE', latitude: 52.5, longitude: 13.4 },
  [munich]: { country: 'DE', latitude: 48.1, longitude: 11.6 },
  [sydney]: { country: 'AU', latitude: -33.9, longitude: 151.2 },
}
const counted: string[] = []

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    env: behindProxy,
    infrastructure: (opened) => ({
      ...opened,
      geo: { locate: (address) => places[address] ?? null },
      metrics: {
        ...opened.metrics,
        count: (name, label = '') => void (name === 'risk_signals' && counted.push(label)),
      },
    }),
  })
})
afterAll(() => test.close())

/** Signs in and returns the raised signals, which are equal in the response, in the row and in the audit event. */
async function riskOf(email: string, headers: Readonly<Record<string, string>>, input = {}) {
  const { session } = await askLogin(test.actor(headers), email, input)
  const row = await test.database.client.session.findUniqueOrThrow({ where: { id: session.id } })
  const events = await auditOf(test.database, row.userId)
  const details = events.find(
    (event) => event.sessionId === row.id && event.type === 'LOGIN_SUCCEEDED',
  )?.details
  expect(row.riskSignals).toEqual(session.riskSignals)
  expect(details).toEqual({ riskSignals: row.riskSignals, riskScore: row.riskScore })
  return { signals: row.riskSignals, score: row.riskScore }
}

const none = { signals: [], score: 0 }

describe('a login', () => {
  it('raises nothing on the device, in the network and in the country of before', async () => {
    const { email } = await signUp(test.actor(from(berlin)))
    expect(await riskOf(email, from('203.0.113.10', agents.firefoxNext))).toEqual(none)
  })

  it('raises what is new, and counts it', async () => {
    const { email } = await signUp(test.actor(from(berlin)))
    test.clock.advance(86_400)
    counted.length = 0
    expect(await riskOf(email, from(munich))).toEqual({ signals: ['NEW_NETWORK'], score: 10 })
    expect(await riskOf(email, from(berlin, agents.chrome))).toEqual({
      signals: ['NEW_DEVICE', 'IMPOSSIBLE_TRAVEL'],
      score: 65,
    })
    expect(counted).toEqual(['NEW_NETWORK', 'NEW_DEVICE', 'IMPOSSIBLE_TRAVEL'])
    test.clock.advance(86_400)
    expect(await riskOf(email, from(sydney, agents.phone))).toEqual({
      signals: ['NEW_DEVICE', 'NEW_NETWORK', 'NEW_COUNTRY'],
      score: 55,
    })
    test.clock.advance(86_400)
    expect(await riskOf(email, from(sydney, agents.phone))).toEqual(none)
  })

  it('raises impossible travel by what lies between the places', async () => {
    const { email } = await signUp(test.actor(from(berlin)))
    test.clock.advance(3600)
    const { signals } = await riskOf(email, from(sydney))
    expect(signals).toEqual(['NEW_NETWORK', 'NEW_COUNTRY', 'IMPOSSIBLE_TRAVEL'])
    test.clock.advance(20 * 3600)
    expect(await riskOf(email, from(berlin))).toEqual(none)
  })

  it('compares nothing that is unknown', async () => {
    const { email } = await signUp(test.actor(from(nowhere)))
    expect((await riskOf(email, from(berlin))).signals).toEqual(['NEW_NETWORK'])
    expect(await riskOf(email, { 'user-agent': agents.firefox })).toEqual(none)
  })

  it('is not suspicious as the first sign-in ever', async () => {
    const email = freshEmail()
    const { userId } = await signUp(test.actor(from(berlin)), { email })
    await test.database.client.session.deleteMany({ where: { userId } })
    await test.database.client.user.update({ where: { id: userId }, data: { loginCount: 0 } })
    expect(await riskOf(email, from(sydney, agents.phone))).toEqual(none)
  })

  it('is on a new device when the sessions of before are forgotten', async () => {
    const { email, userId } = await signUp(test.actor(from(berlin)))
    await test.database.client.session.deleteMany({ where: { userId } })
    expect((await riskOf(email, from(berlin))).signals).toEqual(['NEW_DEVICE'])
  })

  it('knows the device by its fingerprint', async () => {
    const device = { fingerprint: 'laptop' }
    const { email } = await signUp(test.actor(from(berlin)), { device })
    expect(await riskOf(email, from(berlin, agents.chrome), { device })).toEqual(none)
  })

  it('knows the device by its token', async () => {
    const { email } = await signUp(test.actor(from(berlin)))
    const { deviceToken } = await askLogin(test.actor(from(berlin)), email)
    expect(await riskOf(email, from(berlin, agents.chrome), { deviceToken })).toEqual(none)
    const stranger = await askLogin(test.actor(from(berlin)), (await signUp(test.actor(from(berlin)))).email)
    const foreign = { deviceToken: stranger.deviceToken }
    expect((await riskOf(email, from(berlin, agents.phone), foreign)).signals).toEqual(['NEW_DEVICE'])
  })

  it('does not take a device for known whose session ended as stolen', async () => {
    const { email, userId } = await signUp(test.actor(from(berlin)))
    const thief = await signIn(test.actor(from(berlin, agents.chrome)), email)
    const stolen = { revokedAt: test.clock.now(), revokedReason: 'REFRESH_TOKEN_REUSED' }
    await test.database.client.session.update({ where: { id: thief.sessionId, userId }, data: stolen })
    expect((await riskOf(email, from(berlin, agents.chrome))).signals).toEqual(['NEW_DEVICE'])
  })

  it('reports the wrong passwords before it', async () => {
    const { email } = await signUp(test.actor(from(berlin)))
    for (let index = 0; index < 3; index += 1) {
      await askLogin(test.actor(from(berlin)), email, { password: 'Wr0ng-password!' })
      await pass(test, 1)
    }
    // Redis has a clock of its own, by which the third failure has to be a second ago.
    await setTimeout(1100)
    expect(await riskOf(email, from(berlin))).toEqual({ signals: ['MANY_FAILED_ATTEMPTS'], score: 25 })
    expect(await riskOf(email, from(berlin))).toEqual(none)
  })

  it('adds a language that is new to the score', async () => {
    const { email } = await signUp(test.actor({ ...from(berlin), 'accept-language': 'de' }))
    expect(await riskOf(email, { ...from(berlin), 'accept-language': 'pt-BR' })).toEqual({
      signals: [],
      score: 5,
    })
  })
})
