import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { mailsTo } from '../support/mails.ts'
import { changePasswordDocument } from '../support/operations.ts'
import { askLogin, askRefresh, rotate, signIn, signUp, whoIs } from '../support/people.ts'
import { auditTypesOf } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const newPassword = 'An0ther-horse-battery!'

async function change(actor: Actor, headers: Readonly<Record<string, string>>, input = {}) {
  const answer = await actor.ask(
    changePasswordDocument,
    { input: { currentPassword: goodPassword, newPassword, ...input } },
    headers,
  )
  return answer.data?.changePassword ?? answer.errors[0]?.extensions
}

describe('changePassword', () => {
  it('sets the password, ends the other sessions, and gives this one new tokens', async () => {
    const actor = test.actor()
    const mine = await signUp(actor)
    const other = await signIn(test.actor(), mine.email)
    const changed = await change(actor, Actor.bearer(mine.accessToken))
    expect(changed).toMatchObject({ __typename: 'ChangePasswordSuccess', revokedSessions: 1 })
    expect(await whoIs(actor, changed.tokens.accessToken)).toBe(mine.userId)
    expect(await whoIs(actor, mine.accessToken)).toBe('TOKEN_REVOKED')
    expect(await whoIs(actor, other.accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(actor, changed.tokens.refreshToken)).toMatchObject({
      __typename: 'RefreshSuccess',
    })
    expect(await askLogin(actor, mine.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await askLogin(actor, mine.email, { password: newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    const subjects = (await mailsTo(test, mine.email)).map(({ subject }) => subject)
    expect(subjects).toContain('Your password for Gatehouse was changed')
    expect(await auditTypesOf(test.database, mine.userId)).toContain('PASSWORD_CHANGED')
  })

  it('ends the tokens of a thief inside the grace window', async () => {
    const actor = test.actor()
    const mine = await signUp(actor)
    const successor = await rotate(actor, mine.refreshToken)
    const changed = await change(actor, Actor.bearer(mine.accessToken))
    expect(await askRefresh(actor, mine.refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    expect(await askRefresh(actor, successor)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    expect(await whoIs(actor, changed.tokens.accessToken)).toBe(mine.userId)
    expect(await askRefresh(actor, changed.tokens.refreshToken)).toMatchObject({
      __typename: 'RefreshSuccess',
    })
  })

  it('requires the current password, and a new one that is acceptable and not reused', async () => {
    const actor = test.actor()
    const { accessToken, userId } = await signUp(actor)
    const bearer = Actor.bearer(accessToken)
    expect(await change(actor, bearer, { currentPassword: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await change(actor, bearer, { currentPassword: 'x'.repeat(5000) })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await change(actor, bearer, { newPassword: 'short' })).toMatchObject({ code: 'WEAK_PASSWORD' })
    expect(await change(actor, bearer, { newPassword: goodPassword })).toMatchObject({
      code: 'PASSWORD_REUSED',
    })
    expect(await whoIs(actor, accessToken)).toBe(userId)
    expect(await auditTypesOf(test.database, userId)).toContain('LOGIN_FAILED')
  })

  it('succeeds for one of ten parallel calls, and leaves one live session', async () => {
    const actor = test.actor()
    const { accessToken, email } = await signUp(actor)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        change(actor, Actor.bearer(accessToken), { newPassword: `${newPassword}${n}` }),
      ),
    )
    expect(answers.filter((answer) => answer.__typename === 'ChangePasswordSuccess')).toHaveLength(1)
    const live = await test.database.client.session.count({ where: { user: { email }, revokedAt: null } })
    expect(live).toBe(1)
  })

  it('renews the cookies of a cookie session, and requires its x-csrf-token', async () => {
    const actor = test.actor()
    const { csrfToken, userId } = await signUp(actor, { tokenTransport: 'COOKIE' })
    const before = new Map(actor.cookies)
    expect(await change(actor, {})).toMatchObject({ code: 'FORBIDDEN', reason: 'CSRF' })
    expect(await change(actor, { 'x-csrf-token': csrfToken })).toMatchObject({
      tokens: { accessToken: null, refreshToken: null },
    })
    expect(actor.sessionCookies).toHaveLength(2)
    for (const name of actor.sessionCookies) expect(actor.cookies.get(name)).not.toBe(before.get(name))
    expect(await actor.ask('{ me { id } }')).toMatchObject({ data: { me: { id: userId } }, errors: [] })
  })
})
