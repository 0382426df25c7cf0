import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PasswordHasher } from '../../src/domain/passwords/password-hasher.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { defaultTenant } from '../support/access-roles.ts'
import { Comparisons } from '../support/guesses.ts'
import { loginDocument } from '../support/operations.ts'
import { askLogin, signUp } from '../support/people.ts'
import { RaisedAlerts } from '../support/raised-alerts.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

const comparisons = new Comparisons()
/** Called by the next comparison of a password, which then waits. */
let wait: (() => Promise<void>) | null = null

function holdNextComparison() {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const begun = new Promise<void>((resolve) => {
    wait = () => {
      wait = null
      resolve()
      return released
    }
  })
  return { begun, release }
}

function holding(opened: Infrastructure): Infrastructure {
  const { hasher } = opened
  const verify: typeof hasher.verify = async (...given) => {
    await wait?.()
    return hasher.verify(...given)
  }
  const held: PasswordHasher = {
    ...hasher,
    verify,
    get hasRoom() {
      return hasher.hasRoom
    },
  }
  return { ...opened, hasher: held }
}

const alerts = new RaisedAlerts()
let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    env: { TRUSTED_PROXIES: '192.0.2.0/24', RATE_LIMITS: 'on' },
    infrastructure: (opened) => alerts.infrastructure(holding(comparisons.infrastructure(opened))),
  })
})
afterAll(() => test.close())
afterEach(() => {
  comparisons.count = 0
  alerts.forget()
})

/** An address that no other run has used. */
const freshAddress = () =>
  `2001:db8:${[1, 2].map(() => Math.floor(Math.random() * 65_536).toString(16)).join(':')}::1`
const from = (address: string) => test.actor({ 'x-forwarded-for': address })
const suspicions = async (reason: string) =>
  test.database.client.auditEvent.count({ where: { type: 'SUSPICIOUS_ACTIVITY', reason } })

describe('a list of stolen passwords', () => {
  it('tried on a thousand accounts from one address is stopped, and reported once', async () => {
    const address = freshAddress()
    const before = await suspicions('CREDENTIAL_STUFFING')
    const batches = Array.from({ length: 20 }, () => Array.from({ length: 50 }, () => freshEmail('victim')))
    for (const batch of batches) {
      const inputs = batch.map((identifier) => ({ identifier, password: `St0len-${identifier}` }))
      await Promise.all(inputs.map((input) => from(address).ask(loginDocument, { input })))
    }
    expect(comparisons.count).toBeLessThanOrEqual(50)
    expect(alerts.of('CREDENTIAL_STUFFING')).toEqual([
      { kind: 'CREDENTIAL_STUFFING', details: { tenantId: defaultTenant, address } },
    ])
    expect(await suspicions('CREDENTIAL_STUFFING')).toBe(before + 1)
  })

  it('leaves its mark on the sign-in that it comes to', async () => {
    const ada = await signUp(from(freshAddress()))
    const address = freshAddress()
    const before = await askLogin(from(address), ada.email)
    for (let n = 0; n < 10; n += 1) {
      await askLogin(from(address), freshEmail('victim'), { password: `St0len-${freshEmail()}` })
    }
    const { session } = await askLogin(from(address), ada.email)
    expect(before.session.riskSignals).not.toContain('CREDENTIAL_STUFFING')
    expect(session.riskSignals).toContain('CREDENTIAL_STUFFING')
  })

  it('leaves its mark also on a sign-in that began before the guesses failed', async () => {
    const ada = await signUp(from(freshAddress()))
    const address = freshAddress()
    const comparison = holdNextComparison()
    const signingIn = askLogin(from(address), ada.email)
    await comparison.begun
    for (let n = 0; n < 10; n += 1) {
      await askLogin(from(address), freshEmail('victim'), { password: `St0len-${freshEmail()}` })
    }
    comparison.release()
    expect((await signingIn).session.riskSignals).toContain('CREDENTIAL_STUFFING')
  })

  it('is seen of a whole /64, too', async () => {
    const network = freshAddress().replace('::1', '')
    for (let n = 0; n < 12; n += 1) {
      await askLogin(from(`${network}::${n + 1}`), freshEmail('victim'), {
        password: `St0len-${freshEmail()}`,
      })
    }
    expect(alerts.of('CREDENTIAL_STUFFING')).toHaveLength(1)
  })

  it('is not suspected of a person who mistypes a few of their own addresses', async () => {
    const address = freshAddress()
    const own = [freshEmail('own'), freshEmail('own')]
    for (let n = 0; n < 12; n += 1) {
      await askLogin(from(address), own[n % 2] ?? '', { password: `Wr0ng-${freshEmail()}` })
    }
    expect(alerts.all.filter(({ kind }) => kind !== 'ACCOUNT_LOCKED')).toEqual([])
  })
})

describe('one password', () => {
  it('tried on many accounts, each from another address, is reported once', async () => {
    const password = `Spr4yed-${freshEmail()}`
    const before = await suspicions('PASSWORD_SPRAYING')
    for (let n = 0; n < 25; n += 1) await askLogin(from(freshAddress()), freshEmail('victim'), { password })
    expect(alerts.of('PASSWORD_SPRAYING')).toHaveLength(1)
    expect(await suspicions('PASSWORD_SPRAYING')).toBe(before + 1)
    expect(JSON.stringify([alerts.all, test.log])).not.toContain(password)
  })

  it('leaves its mark on the sign-in where it was the right one', async () => {
    const password = `Spr4yed-${freshEmail()}`
    const ada = await signUp(from(freshAddress()), { password })
    const before = await askLogin(from(freshAddress()), ada.email, { password })
    for (let n = 0; n < 10; n += 1) await askLogin(from(freshAddress()), freshEmail('victim'), { password })
    const { session } = await askLogin(from(freshAddress()), ada.email, { password })
    expect(before.session.riskSignals).not.toContain('PASSWORD_SPRAYING')
    expect(session.riskSignals).toContain('PASSWORD_SPRAYING')
  })
})
