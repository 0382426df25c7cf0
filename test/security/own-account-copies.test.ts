import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { reasonOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  confirmEmailChangeDocument,
  deleteAccountDocument,
  lockUserDocument,
  requestEmailChangeDocument,
  setUserActiveDocument,
  setUserRoleDocument,
  updateProfileDocument,
  userDocument,
} from '../support/operations.ts'
import { askAs, type SignedIn, signIn, signUp, signUpAs, tryLogout } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Awaited<ReturnType<typeof openTestDatabase>>
let here: TestApp
/** A second process, on servers only: the embedded database and memory have a single one. */
let there: TestApp
let admin: SignedIn
beforeAll(async () => {
  database = await openTestDatabase()
  here = await createTestApp({ database })
  there = inject('backend') === 'servers' ? await createTestApp({ database, clock: here.clock }) : here
  admin = await signUpAs(here, 'ADMIN')
})
afterAll(async () => {
  if (there !== here) await there.close()
  await here.close()
  await database.close()
})

const meDocument = '{ me { id email firstName role locked } }'
const showMe = (test: TestApp, token: string) => test.actor().ask(meDocument, {}, Actor.bearer(token))

/** A user whose row both processes have just read, so that both hold a copy. */
async function copied(): Promise<SignedIn> {
  const ada = await signUp(here.actor())
  for (const test of [here, there]) expect(reasonOf(await showMe(test, ada.accessToken))).toBe('ok')
  return ada
}

/** Both processes show it: the writer at once, the other when the message arrives. No time passes on the clock. */
async function expectEverywhere(token: string, shown: unknown): Promise<void> {
  const outcome = async (test: TestApp) => {
    const answer = await showMe(test, token)
    return answer.errors.length === 0 ? answer.data.me : reasonOf(answer)
  }
  expect(await outcome(here)).toEqual(shown)
  await eventually(async () => expect(await outcome(there)).toEqual(shown))
}

describe('me', () => {
  it('shows a copy while nothing has changed; every other field reads the database', async () => {
    const ada = await copied()
    const data = { firstName: 'Written behind the back of the service' }
    await database.client.user.update({ where: { id: ada.userId }, data })
    expect((await showMe(here, ada.accessToken)).data.me.firstName).toBeNull()
    const representations = [{ __typename: 'User', id: ada.userId }]
    const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { firstName } } }`
    expect(await askAs(here, ada, entities, { representations })).toEqual([data])
    expect(await askAs(here, admin, userDocument, { id: ada.userId })).toMatchObject(data)
  })

  it('shows a profile as soon as its owner has changed it', async () => {
    const ada = await copied()
    await askAs(here, ada, updateProfileDocument, { input: { firstName: 'Ada' } })
    await expectEverywhere(ada.accessToken, expect.objectContaining({ firstName: 'Ada' }))
  })

  it('shows an address as soon as it has been changed', async () => {
    const ada = await copied()
    const newEmail = freshEmail('new')
    const input = { newEmail, currentPassword: goodPassword }
    const requested = await askAs(here, ada, requestEmailChangeDocument, { input })
    expect(requested.__typename).toBe('RequestEmailChangeSuccess')
    const token = await tokenFor(here, newEmail, 'confirm-email')
    const confirmed = await askAs(here, ada, confirmEmailChangeDocument, { input: { token } })
    expect(confirmed.__typename).toBe('ConfirmEmailChangeSuccess')
    await expectEverywhere(ada.accessToken, expect.objectContaining({ email: newEmail }))
  })

  it('refuses a token as soon as its session has ended', async () => {
    const ada = await copied()
    await tryLogout(ada.actor, ada.accessToken)
    await expectEverywhere(ada.accessToken, 'TOKEN_REVOKED')
  })

  it('refuses the tokens of a user whose password has changed', async () => {
    const ada = await copied()
    const other = await signIn(here.actor(), ada.email)
    const input = { currentPassword: goodPassword, newPassword: `${goodPassword}2` }
    await askAs(here, other, changePasswordDocument, { input })
    await expectEverywhere(ada.accessToken, 'TOKEN_REVOKED')
  })

  it.each([
    ['demoted', setUserRoleDocument, { role: 'MODERATOR' }],
    ['deactivated', setUserActiveDocument, { active: false }],
    ['locked', lockUserDocument, { reason: 'An investigation.' }],
  ])(
    'refuses the tokens of a user who was %s, and shows the new row to new tokens',
    async (how, document, change) => {
      const ada = await copied()
      await askAs(here, admin, document, { input: { userId: ada.userId, ...change } })
      await expectEverywhere(ada.accessToken, 'TOKEN_REVOKED')
      if (how !== 'demoted') return
      const again = await signIn(here.actor(), ada.email)
      await expectEverywhere(again.accessToken, expect.objectContaining({ role: 'MODERATOR' }))
    },
  )

  it('refuses the tokens of a deleted user', async () => {
    const ada = await copied()
    await askAs(here, ada, deleteAccountDocument, { input: { currentPassword: goodPassword } })
    await expectEverywhere(ada.accessToken, 'TOKEN_REVOKED')
  })

  it('reads the row again after a second, also if no process has reported a change', async () => {
    const ada = await copied()
    await database.client.user.update({ where: { id: ada.userId }, data: { firstName: 'Ada' } })
    here.clock.advance(1)
    await expectEverywhere(ada.accessToken, expect.objectContaining({ firstName: 'Ada' }))
  })
})
