import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { currentSessionDocument, reauthenticateDocument } from '../support/operations.ts'
import { askAs, askRefresh, signUp } from '../support/people.ts'
import { proveSecondFactor } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const seconds = (time: Date) => Math.floor(time.getTime() / 1000)
const twoFactors = { authenticationMethods: ['pwd', 'otp', 'mfa'], assuranceLevel: 'AAL2' }

describe('the assurance of a session', () => {
  it('is AAL1 after a password, in the session and in its tokens', async () => {
    const ada = await signUp(test.actor())
    expect(await askAs(test, ada, currentSessionDocument, {})).toMatchObject({
      authenticationMethods: ['pwd'],
      assuranceLevel: 'AAL1',
    })
    const claims = claimsOf(ada.accessToken)
    expect(claims).toMatchObject({ amr: ['pwd'], acr: 'aal1', auth_time: seconds(test.clock.now()) })
    expect(claims).not.toHaveProperty('mfa_time')
  })

  it('is kept by a refresh, with the times of the proofs', async () => {
    const ada = await signUp(test.actor())
    const signedInAt = test.clock.now()
    test.clock.advance(60)
    const provenAt = test.clock.now()
    await proveSecondFactor(test.database, ada.sessionId, provenAt)
    test.clock.advance(60)
    const { tokens, session } = await askRefresh(test.actor(), ada.refreshToken)
    expect(session).toMatchObject(twoFactors)
    expect(await askAs(test, tokens, currentSessionDocument, {})).toMatchObject(twoFactors)
    expect(claimsOf(tokens.accessToken)).toMatchObject({
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'aal2',
      auth_time: seconds(signedInAt),
      mfa_time: seconds(provenAt),
    })
  })

  it('is not lowered by another proof of the password, which does not renew the second factor', async () => {
    const ada = await signUp(test.actor())
    const provenAt = test.clock.now()
    await proveSecondFactor(test.database, ada.sessionId, provenAt)
    test.clock.advance(60)
    const { tokens } = await askAs(test, ada, reauthenticateDocument, { input: { password: goodPassword } })
    expect(claimsOf(tokens.accessToken)).toMatchObject({
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'aal2',
      auth_time: seconds(test.clock.now()),
      mfa_time: seconds(provenAt),
    })
  })
})
