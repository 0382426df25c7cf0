import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { mailsTo } from '../support/mails.ts'
import { resetUserFactorsDocument } from '../support/operations.ts'
import { askAs, askLogin, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, insertPasskey, insertTotp } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp({ env: { MFA: 'privileged', MFA_ADMIN_ACTIONS: 'aal1' } })
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

const reset = (viewer: SignedIn, userId: string, reason = 'lost phone, called back') =>
  askAs(test, viewer, resetUserFactorsDocument, { input: { userId, reason } })

/** A user with an authenticator app, a passkey and a recovery code, whose session goes on. */
async function withFactors(user: SignedIn): Promise<SignedIn> {
  const { userId } = user
  await insertTotp(test.database, userId)
  await insertPasskey(test.database, userId)
  const createdAt = test.clock.now()
  await test.database.client.recoveryCode.create({ data: { userId, number: 1, hash: 'x', createdAt } })
  return user
}

async function factorsOf(userId: string) {
  const { client } = test.database
  const inUse = { where: { userId, removedAt: null } }
  return {
    apps: await client.totpSecret.count(inUse),
    passkeys: await client.passkey.count(inUse),
    codes: await client.recoveryCode.count({ where: { userId } }),
  }
}

const all = { apps: 1, passkeys: 1, codes: 1 }
const none = { apps: 0, passkeys: 0, codes: 0 }

describe('resetUserFactors', () => {
  it('removes every factor, ends every session and tells the user', async () => {
    const user = await withFactors(await signUp(test.actor()))
    expect(await reset(admin, user.userId)).toMatchObject({
      __typename: 'UserChangeSuccess',
      user: { id: user.userId },
    })
    expect(await factorsOf(user.userId)).toEqual(none)
    expect(await whoIs(test.actor(), user.accessToken)).toBe('TOKEN_REVOKED')
    expect(await askLogin(test.actor(), user.email)).toMatchObject({ __typename: 'LoginSuccess' })
    const subjects = (await mailsTo(test, user.email)).map(({ subject }) => subject)
    expect(subjects).toContain('The second factors of your Gatehouse account were removed')
  })

  it('records who did it and why', async () => {
    const user = await withFactors(await signUp(test.actor()))
    await reset(admin, user.userId)
    const events = await auditOf(test.database, user.userId)
    expect(events.filter(({ type }) => type === 'FACTORS_RESET')).toMatchObject([
      { actorId: admin.userId, reason: 'lost phone, called back', details: { removed: 2 } },
    ])
    expect(events.find(({ type }) => type === 'SESSION_REVOKED')).toMatchObject({
      actorId: admin.userId,
      reason: 'FACTORS_RESET',
    })
  })

  it('requires the enrolment of a factor at the next sign-in, of those to whom the policy applies', async () => {
    const user = await signUp(test.actor())
    const moderator = await signUpAs(test, 'MODERATOR')
    for (const { userId } of [user, moderator]) await reset(admin, userId)
    const deadline = async (id: string) =>
      (await test.database.client.user.findUniqueOrThrow({ where: { id } })).enrolFactorBy
    expect(await deadline(user.userId)).toBeNull()
    expect(await deadline(moderator.userId)).toEqual(test.clock.now())
  })

  it('is refused on oneself, without a reason, and for unknown users; nothing changes', async () => {
    await withFactors(admin)
    expect(await reset(admin, admin.userId)).toMatchObject({ issues: [{ code: 'OWN_ACCOUNT' }] })
    const user = await withFactors(await signUp(test.actor()))
    expect(await reset(admin, user.userId, ' ')).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await reset(admin, 'nobody')).toMatchObject({ code: 'NOT_FOUND' })
    for (const { userId } of [admin, user]) expect(await factorsOf(userId)).toEqual(all)
    await test.database.client.totpSecret.deleteMany({ where: { userId: admin.userId } })
    await test.database.client.passkey.deleteMany({ where: { userId: admin.userId } })
  })

  it('is refused to moderators, users and API keys; nothing changes', async () => {
    const user = await withFactors(await signUp(test.actor()))
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:write'] })
    const tokens = [
      (await signUpAs(test, 'MODERATOR')).accessToken,
      (await signUp(test.actor())).accessToken,
      secret,
    ]
    for (const token of tokens) {
      const input = { userId: user.userId, reason: 'mischief' }
      const answer = await test.actor().ask(resetUserFactorsDocument, { input }, Actor.bearer(token))
      expect(answer.errors[0]?.extensions.code).toBe('FORBIDDEN')
    }
    expect(await factorsOf(user.userId)).toEqual(all)
  })

  it('requires recent reauthentication', async () => {
    const user = await withFactors(await signUp(test.actor()))
    const administrator = await signUpAs(test, 'ADMIN')
    test.clock.advance(901)
    expect(await reset(administrator, user.userId)).toMatchObject({ code: 'REAUTHENTICATION_REQUIRED' })
    expect(await factorsOf(user.userId)).toEqual(all)
  })
})
