import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { mailsTo } from '../support/mails.ts'
import { deleteAccountDocument, updateProfileDocument } from '../support/operations.ts'
import { askRefresh, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf, setRole } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function update(actor: Actor, accessToken: string, input: Readonly<Record<string, unknown>>) {
  const answer = await actor.ask(updateProfileDocument, { input }, Actor.bearer(accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.updateProfile
}

describe('updateProfile', () => {
  it('changes what is given, keeps what is absent, clears what is null', async () => {
    const actor = test.actor()
    const { accessToken, userId } = await signUp(actor, { firstName: 'Ada', lastName: 'Lovelace' })
    const name = `Ada.${freshEmail().slice(4, 12)}`
    const input = {
      username: name,
      lastName: null,
      preferences: { theme: 'dark', nested: { list: [1, null] } },
    }
    const { user } = await update(actor, accessToken, input)
    expect(user).toMatchObject({
      username: name,
      displayName: name,
      firstName: 'Ada',
      lastName: null,
      preferences: input.preferences,
    })
    const cleared = await update(actor, accessToken, { username: null, preferences: null })
    expect(cleared.user).toMatchObject({ username: null, preferences: {}, firstName: 'Ada' })
    const [event] = (await auditOf(test.database, userId)).filter(({ type }) => type === 'PROFILE_UPDATED')
    expect(event?.details).toEqual({ fields: ['username', 'lastName', 'preferences'] })
  })

  it('names everything that is wrong at once and changes nothing', async () => {
    const actor = test.actor()
    const { accessToken } = await signUp(actor, { firstName: 'Ada' })
    const answer = await update(actor, accessToken, {
      username: 'a b',
      firstName: 'x'.repeat(51),
      lastName: 'line\nbreak',
      phoneNumber: '12',
      preferences: { text: 'x'.repeat(9000) },
    })
    expect(answer.code).toBe('INVALID_INPUT')
    expect(answer.issues.map((issue: { path: string[] }) => issue.path[0]).sort()).toEqual(
      ['firstName', 'lastName', 'phoneNumber', 'preferences', 'username'].sort(),
    )
    const me = await actor.ask('{ me { firstName } }', {}, Actor.bearer(accessToken))
    expect(me.data.me.firstName).toBe('Ada')
  })

  it('refuses a username that another user has in another case', async () => {
    const name = `taken-${freshEmail().slice(4, 12)}`
    await signUp(test.actor(), { username: name })
    const actor = test.actor()
    const { accessToken } = await signUp(actor)
    expect(await update(actor, accessToken, { username: name.toUpperCase() })).toMatchObject({
      code: 'USERNAME_TAKEN',
    })
  })

  it('forgets that a phone number was verified when it changes, not when it is repeated', async () => {
    const actor = test.actor()
    const { accessToken, userId } = await signUp(actor, { phoneNumber: '+493012345678' })
    await test.database.client.user.update({ where: { id: userId }, data: { phoneVerifiedAt: new Date() } })
    const same = await update(actor, accessToken, { phoneNumber: '+49 30 12345678' })
    expect(same.user.phoneVerified).toBe(true)
    const other = await update(actor, accessToken, { phoneNumber: '+493012345679' })
    expect(other.user.phoneVerified).toBe(false)
  })

  it('refuses preferences that are no object, too deep, or hold NUL or __proto__', async () => {
    const actor = test.actor()
    const { accessToken } = await signUp(actor)
    const bearer = Actor.bearer(accessToken)
    const deep = JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`)
    for (const preferences of [[1], 'text', deep]) {
      const answer = await actor.ask(updateProfileDocument, { input: { preferences } }, bearer)
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    }
    const literal =
      'mutation { updateProfile(input: { preferences: { __proto__: { a: 1 } } }) { __typename } }'
    expect((await actor.ask(literal, {}, bearer)).errors[0]?.message).toContain(
      'cannot have the key __proto__',
    )
    const nul = await update(actor, accessToken, { preferences: { 'a\0b': 'c' } })
    expect(nul).toMatchObject({ issues: [{ path: ['preferences'], code: 'INVALID_CHARACTERS' }] })
  })
})

describe('deleteAccount', () => {
  it.each(['COOKIE', 'HYBRID'])('expires the cookies of a session with %s', async (tokenTransport) => {
    const actor = test.actor()
    const { accessToken, csrfToken } = await signUp(actor, { tokenTransport })
    expect(actor.sessionCookies).not.toEqual([])
    const input = { currentPassword: goodPassword }
    const headers = tokenTransport === 'HYBRID' ? Actor.bearer(accessToken) : { 'x-csrf-token': csrfToken }
    const answer = await actor.ask(deleteAccountDocument, { input }, headers)
    expect(answer.data.deleteAccount).toMatchObject({ __typename: 'DeleteAccountSuccess' })
    expect(actor.sessionCookies).toEqual([])
  })

  it('leaves the cookies of another session if its own tokens are in the body', async () => {
    const browser = test.actor()
    await signUp(browser, { tokenTransport: 'COOKIE' })
    const before = browser.sessionCookies
    const { accessToken } = await signUp(test.actor())
    const input = { currentPassword: goodPassword }
    await browser.ask(deleteAccountDocument, { input }, Actor.bearer(accessToken))
    expect(browser.sessionCookies).toEqual(before)
    expect((await browser.ask('{ me { id } }')).errors).toEqual([])
  })

  async function remove(actor: Actor, accessToken: string, currentPassword = goodPassword) {
    const input = { currentPassword }
    const answer = await actor.ask(deleteAccountDocument, { input }, Actor.bearer(accessToken))
    return answer.data?.deleteAccount
  }

  it('removes the account and what is personal, ends its sessions and keeps its events', async () => {
    const actor = test.actor()
    const mine = await signUp(actor, { username: `gone-${freshEmail().slice(4, 12)}` })
    const other = await signIn(test.actor(), mine.email)
    expect(await remove(actor, mine.accessToken)).toEqual({
      __typename: 'DeleteAccountSuccess',
      userId: mine.userId,
    })
    expect(await whoIs(actor, mine.accessToken)).toBe('TOKEN_REVOKED')
    expect(await whoIs(actor, other.accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(actor, other.refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    const events = await auditOf(test.database, mine.userId)
    expect(events.map(({ type }) => type)).toContain('ACCOUNT_DELETED')
    expect(events.every(({ ipAddress, userAgent }) => ipAddress === null && userAgent === null)).toBe(true)
    expect((await mailsTo(test, mine.email)).length).toBeGreaterThan(0)
    const again = await signUp(test.actor(), { email: mine.email })
    expect(again.userId).not.toBe(mine.userId)
  })

  it('requires the password', async () => {
    const actor = test.actor()
    const { accessToken, userId } = await signUp(actor)
    expect(await remove(actor, accessToken, 'Wr0ng-horse-battery!')).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await whoIs(actor, accessToken)).toBe(userId)
  })

  it('is refused to the last administrator, also when the last two leave at once', async () => {
    const leave = await Promise.all(
      [test.actor(), test.actor()].map(async (actor) => {
        const { email, userId } = await signUp(actor)
        await setRole(test.database, userId, 'ADMIN')
        const { accessToken } = await signIn(actor, email)
        return () => remove(actor, accessToken)
      }),
    )
    const answers = await Promise.all(leave.map((go) => go()))
    expect(answers.map((answer) => answer.__typename).sort()).toEqual([
      'AuthInvalidInputProblem',
      'DeleteAccountSuccess',
    ])
    expect(answers.find((answer) => answer.issues)?.issues).toMatchObject([{ code: 'LAST_ADMINISTRATOR' }])
  })
})
