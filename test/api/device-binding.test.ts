import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agents, behindProxy, from } from '../support/devices.ts'
import { askRefresh, rotate, signUp } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: behindProxy })
})
afterAll(() => test.close())

const home = '203.0.113.9'

function sessionRow(id: string) {
  return test.database.client.session.findUniqueOrThrow({ where: { id } })
}

async function suspicions(userId: string) {
  const events = await auditOf(test.database, userId)
  return events.filter(({ type }) => type === 'SUSPICIOUS_ACTIVITY').map(({ reason }) => reason)
}

describe('a sign-in', () => {
  it('records device and network on its session', async () => {
    const headers = {
      ...from('2001:db8:1:2::3', agents.phone),
      'sec-ch-ua-platform': '"Android"',
      'sec-ch-ua-mobile': '?1',
      'accept-language': 'de-CH,en;q=0.5',
    }
    const { sessionId } = await signUp(test.actor(headers))
    expect(await sessionRow(sessionId)).toMatchObject({
      deviceBrowser: 'Chrome',
      deviceOs: 'Android',
      deviceType: 'MOBILE',
      devicePlatform: 'Android',
      deviceLanguage: 'de',
      network: '2001:db8:1::/48',
      country: null,
      riskSignals: [],
      riskScore: 0,
    })
  })

  it.each([
    ['10 kB', 'Mozilla/5.0 '.padEnd(10_240, 'x')],
    ['marks that turn text', 'curl\u00ad/8.5.0'],
    ['nothing that shows', '\u0085\u00a0'],
  ])('takes headers of %s', async (_what, text) => {
    const headers = { 'user-agent': text, 'sec-ch-ua-platform': text, 'accept-language': text }
    const { sessionId } = await signUp(test.actor({ ...headers, 'x-forwarded-for': home }))
    const row = await sessionRow(sessionId)
    expect(row.userAgent?.length ?? 0).toBeLessThanOrEqual(512)
    expect(row.devicePlatform?.length ?? 0).toBeLessThanOrEqual(32)
    expect(JSON.stringify(row)).not.toMatch(/\u00ad|\u0085/)
  })

  it('knows no network if the proxy sends no address', async () => {
    const { sessionId } = await signUp(test.actor())
    expect(await sessionRow(sessionId)).toMatchObject({ network: null, ipAddress: null })
  })
})

describe('a refresh, as it is configured by default,', () => {
  it('warns once of another device: signal, score and audit event', async () => {
    const ada = await signUp(test.actor(from(home)))
    const thief = test.actor(from(home, agents.curl))
    const first = await askRefresh(thief, ada.refreshToken)
    expect(first).toMatchObject({
      __typename: 'RefreshSuccess',
      session: { riskSignals: ['DEVICE_MISMATCH'] },
    })
    expect(await suspicions(ada.userId)).toEqual(['DEVICE_MISMATCH'])
    const second = await askRefresh(thief, first.tokens.refreshToken)
    expect(second.session.riskSignals).toEqual(['DEVICE_MISMATCH'])
    expect(await suspicions(ada.userId)).toEqual(['DEVICE_MISMATCH'])
    expect(await sessionRow(ada.sessionId)).toMatchObject({ riskSignals: ['DEVICE_MISMATCH'], riskScore: 50 })
  })

  it('warns once of another network, and compares with the one it began in', async () => {
    const actor = test.actor(from(home))
    const ada = await signUp(actor)
    actor.headers['x-forwarded-for'] = '198.51.100.7'
    const away = await rotate(actor, ada.refreshToken)
    actor.headers['x-forwarded-for'] = '192.0.2.200'
    const farther = await rotate(actor, away)
    actor.headers['x-forwarded-for'] = '203.0.113.250'
    await rotate(actor, farther)
    expect(await suspicions(ada.userId)).toEqual(['IP_CHANGED'])
    expect(await sessionRow(ada.sessionId)).toMatchObject({ riskSignals: ['IP_CHANGED'], riskScore: 10 })
  })

  it('warns once of both when many tabs come at the same time', async () => {
    const ada = await signUp(test.actor(from(home)))
    const elsewhere = test.actor(from('198.51.100.7', agents.chrome))
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => askRefresh(elsewhere, ada.refreshToken)),
    )
    for (const answer of answers) {
      expect(answer).toMatchObject({ session: { riskSignals: ['DEVICE_MISMATCH', 'IP_CHANGED'] } })
    }
    expect((await suspicions(ada.userId)).toSorted()).toEqual(['DEVICE_MISMATCH', 'IP_CHANGED'])
    expect(await sessionRow(ada.sessionId)).toMatchObject({ riskScore: 60 })
  })

  it('says nothing where device and network are the same, or unknown', async () => {
    const actor = test.actor(from(home))
    const ada = await signUp(actor)
    actor.headers['user-agent'] = agents.firefoxNext
    actor.headers['accept-language'] = 'fr'
    const second = await rotate(actor, ada.refreshToken)
    delete actor.headers['x-forwarded-for']
    const { session } = await askRefresh(actor, second)
    expect(session.riskSignals).toEqual([])
    expect(await suspicions(ada.userId)).toEqual([])
  })

  it('takes the word of a fingerprint', async () => {
    const device = { fingerprint: 'laptop' }
    const ada = await signUp(test.actor(from(home)), { device })
    const same = await askRefresh(test.actor(from(home, agents.chrome)), ada.refreshToken, device)
    expect(same.session.riskSignals).toEqual([])
    const other = await askRefresh(test.actor(from(home)), same.tokens.refreshToken, { fingerprint: 'other' })
    expect(other.session.riskSignals).toEqual(['DEVICE_MISMATCH'])
  })
})

describe('a refresh token that came a second time', () => {
  it('leaves a signal on the session that it ends', async () => {
    const actor = test.actor(from(home))
    const ada = await signUp(actor)
    await rotate(actor, ada.refreshToken)
    test.clock.advance(200)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject({ code: 'REFRESH_TOKEN_REUSED' })
    expect(await sessionRow(ada.sessionId)).toMatchObject({
      revokedReason: 'REFRESH_TOKEN_REUSED',
      riskSignals: ['TOKEN_REUSE'],
      riskScore: 100,
    })
  })
})
