import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { registerDocument } from '../support/operations.ts'
import { createOutage, type Outage } from '../support/outage.ts'
import { signUp, tryLogout, tryMe, tryRefresh } from '../support/people.ts'
import { freshEmail, goodPassword } from '../support/test-app.ts'
import { patientLimits } from '../support/test-database.ts'

let outage: Outage
beforeAll(async () => {
  outage = await createOutage({ limits: patientLimits })
})
afterAll(() => outage.close())

const rotation = 'UPDATE sessions s SET generation'
const revocation = 'UPDATE sessions s SET revoked_at'

describe('an answer of the database that is lost', () => {
  it('after a rotation: at each of 25 points the retry gets the successor, and no session is lost', async () => {
    const { test, proxy, direct } = outage
    const sample = await signUp(test.actor())
    const length = await proxy.measureAnswer(rotation, () => tryRefresh(sample.actor, sample.refreshToken))
    expect(length).toBeGreaterThan(100)
    for (let point = 0; point < 25; point += 1) {
      const ada = await signUp(test.actor())
      proxy.loseAnswer({ to: rotation, afterBytes: Math.floor((length * point) / 25), cut: true })
      const lost = proxy.lost
      const first = await tryRefresh(ada.actor, ada.refreshToken)
      expect([proxy.lost - lost, first.status, reasonOf(first)]).toEqual([1, 503, 'UNAVAILABLE'])
      const retried = (await tryRefresh(ada.actor, ada.refreshToken)).data.refresh
      expect(retried.__typename, `cut after ${point}/25`).toBe('RefreshSuccess')
      const next = (await tryRefresh(ada.actor, retried.tokens.refreshToken)).data.refresh
      expect(next.__typename).toBe('RefreshSuccess')
      const row = await direct.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
      expect([row.generation, row.revokedAt]).toEqual([2, null])
    }
  })

  it('after a COMMIT: the account is there with its session and its audit rows, once', async () => {
    const { test, proxy, direct } = outage
    const email = freshEmail()
    const input = { email, password: goodPassword }
    proxy.loseAnswer({ to: 'COMMIT', afterBytes: 0, cut: true })
    const lost = proxy.lost
    expect(reasonOf(await test.actor().ask(registerDocument, { input }))).toBe('UNAVAILABLE')
    expect(proxy.lost - lost).toBe(1)
    const again = await test.actor().ask(registerDocument, { input })
    expect(again.data.register.code).toBe('EMAIL_TAKEN')
    const user = await direct.client.user.findFirstOrThrow({ where: { email } })
    const where = { where: { userId: user.id } }
    expect(await direct.client.session.count(where)).toBe(1)
    const audit = await direct.client.auditEvent.findMany(where)
    expect(audit.map(({ type }) => type).sort()).toEqual(['LOGIN_SUCCEEDED', 'USER_REGISTERED'])
  })

  it('before a COMMIT: nothing is there, and the next try makes the account', async () => {
    const { test, proxy, direct } = outage
    const email = freshEmail()
    const input = { email, password: goodPassword }
    proxy.loseAnswer({ to: 'INSERT INTO sessions', afterBytes: 0, cut: true })
    expect(reasonOf(await test.actor().ask(registerDocument, { input }))).toBe('UNAVAILABLE')
    expect(await direct.client.user.count({ where: { email } })).toBe(0)
    expect((await test.actor().ask(registerDocument, { input })).data.register.__typename).toBe(
      'RegisterSuccess',
    )
  })

  it('after a logout: what the retry calls ended is refused from then on', async () => {
    const { test, proxy } = outage
    for (let point = 0; point < 5; point += 1) {
      const ada = await signUp(test.actor())
      proxy.loseAnswer({ to: revocation, afterBytes: 0, cut: true })
      expect(reasonOf(await tryLogout(ada.actor, ada.accessToken))).toBe('UNAVAILABLE')
      expect((await tryLogout(ada.actor, ada.accessToken)).data.logout).toEqual({
        __typename: 'LogoutSuccess',
        revokedSessions: 0,
        remainingApiKeys: 0,
      })
      expect(reasonOf(await tryMe(ada.actor, ada.accessToken))).toBe('TOKEN_REVOKED')
    }
  })
})
