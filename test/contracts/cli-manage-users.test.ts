import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { createOperatorDirectory } from '../../src/app/create-operator-directory.ts'
import { MailComposer } from '../../src/domain/mail/mail-composer.ts'
import { InvalidInputProblem } from '../../src/domain/problems.ts'
import { createListUsers } from '../../src/flows/operator/list-users.ts'
import { createManageUsers } from '../../src/flows/operator/manage-users.ts'
import { createRevokeSessions } from '../../src/flows/operator/revoke-sessions.ts'
import { createAccountMails } from '../../src/flows/steps/mails/account-mails.ts'
import { openStores } from '../../src/infrastructure/operator-stores.ts'
import { eventually } from '../support/eventually.ts'
import { mailsTo } from '../support/mails.ts'
import { askLogin, askRefresh, type SignedIn, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, insertTenant } from '../support/rows.ts'
import { deactivateUnheard } from '../support/tenant-state.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

/** Two running processes of the service on one database. */
let test: TestApp
let other: TestApp
beforeAll(async () => {
  test = await createTestApp()
  other = await createTestApp({ database: test.database, clock: test.clock })
})
afterAll(async () => {
  await other.close()
  await test.close()
})

/** What a command opens: stores that announce nothing. */
function opened() {
  return { ...openStores(test.database, null), clock: test.clock }
}

function users(sendsMail = true) {
  const { secrets, oneTimeTokens: lifetimes } = test.config
  const stores = opened()
  const composer = new MailComposer({ ...stores, sealer: new AesSealer(secrets.masterKey) })
  const mails = createAccountMails({ ...stores, composer, lifetimes })
  return createManageUsers({
    ...stores,
    mails,
    sendsMail,
    tenants: createOperatorDirectory(test.config, stores),
  })
}

const reason = 'a test'
const named = (user: string, tenant: string | null = null) => ({ user, tenant })
const endsEverywhere = ({ accessToken }: SignedIn) =>
  eventually(async () => {
    for (const app of [test, other])
      expect(await whoIs(app.actor(), accessToken)).toMatch(/^TOKEN_REVOKED$|^UNAUTHENTICATED$/)
  })
const codesOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  return error instanceof InvalidInputProblem ? error.issues.map(({ code }) => code) : error
}

describe('users lock and unlock', () => {
  it('end the sessions in every process, refuse the login, and allow it again', async () => {
    const ada = await signUp(test.actor())
    const result = await users().lockUser(named(` ${ada.email.toUpperCase()}`), { reason, until: null })
    expect(result).toMatchObject({ revokedSessions: 1, lastAdministrator: false })
    await endsEverywhere(ada)
    expect(await askRefresh(other.actor(), ada.refreshToken)).toHaveProperty('code')
    expect(await askLogin(other.actor(), ada.email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    await users().unlockUser(named(ada.userId), { reason: null })
    expect(await askLogin(other.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
    const events = await auditOf(test.database, ada.userId)
    expect(events.find(({ type }) => type === 'ACCOUNT_LOCKED')).toMatchObject({ actorId: null, reason })
    expect(events.find(({ type }) => type === 'ACCOUNT_UNLOCKED')).toMatchObject({
      actorId: null,
      reason: 'UNLOCKED_BY_OPERATOR',
    })
  })

  it('find accounts by username, in the named tenant only', async () => {
    const tenant = await insertTenant(test.database)
    const username = `u${Date.now().toString(36)}`
    const { userId } = await signUp(test.actor(), { tenant, username })
    expect(await codesOf(users().lockUser(named(username), { reason, until: null }))).toEqual([
      'NO_SUCH_USER',
    ])
    const until = new Date(test.clock.now().getTime() + 60_000)
    const { user } = await users().lockUser(named(username, tenant), { reason, until })
    expect(user).toMatchObject({ id: userId, lockedUntil: until })
    expect(await codesOf(users().unlockUser(named(userId, 'default'), {}))).toEqual(['NO_SUCH_USER'])
    expect(await codesOf(users().unlockUser(named(userId, 'none'), {}))).toEqual(['NO_SUCH_USER'])
    expect(await codesOf(users().unlockUser(named(username, 'none'), {}))).toEqual(['NO_SUCH_TENANT'])
    await deactivateUnheard(test, tenant)
    expect(await codesOf(users().unlockUser(named(userId), {}))).toEqual(['TENANT_INACTIVE'])
  })

  it('require a reason, and an end in the future', async () => {
    const until = new Date(test.clock.now().getTime() - 1)
    expect(await codesOf(users().lockUser(named('x'), { reason: ' ', until: null }))).toEqual(['REQUIRED'])
    expect(await codesOf(users().lockUser(named('x'), { reason, until }))).toEqual(['IN_THE_PAST'])
  })
})

describe('users delete', () => {
  it('removes the account, ends its sessions in every process and mails its owner', async () => {
    const ada = await signUp(test.actor())
    const user = await opened().users.findById(ada.userId)
    if (user === null) throw new Error('The account is missing.')
    expect(await users().deleteUser(user)).toMatchObject({ revokedSessions: 1 })
    await endsEverywhere(ada)
    expect(await askLogin(other.actor(), ada.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await opened().users.findById(ada.userId)).toBeNull()
    const subjects = (await mailsTo(test, ada.email)).map(({ subject }) => subject)
    expect(subjects).toContain('Your Gatehouse account was deleted')
    const events = await auditOf(test.database, ada.userId)
    expect(events.find(({ type }) => type === 'ACCOUNT_DELETED')).toMatchObject({
      actorId: null,
      reason: 'DELETED_BY_OPERATOR',
    })
    expect(await codesOf(users().deleteUser(user))).toEqual(['NO_SUCH_USER'])
  })

  it('refuses the last administrator of a tenant, who can be locked', async () => {
    const tenant = await insertTenant(test.database)
    const chief = await signUpAs(test, 'ADMIN', tenant)
    const user = await opened().users.findById(chief.userId)
    if (user === null) throw new Error('The account is missing.')
    expect(await codesOf(users().deleteUser(user))).toEqual(['LAST_ADMINISTRATOR'])
    const locked = await users().lockUser(named(chief.userId), { reason, until: null })
    expect(locked.lastAdministrator).toBe(true)
  })
})

describe('users create', () => {
  it('creates an account whose mail sets the password', async () => {
    const email = freshEmail()
    const input = { email: ` ${email.toUpperCase()}`, firstName: 'Ada', role: 'MODERATOR' as const }
    const user = await users().createUser(null, input)
    expect(user).toMatchObject({ email, emailVerifiedAt: null, firstName: 'Ada', role: 'MODERATOR' })
    expect((await mailsTo(test, email)).map(({ subject }) => subject)).toEqual([
      'An account was created for you at Gatehouse',
    ])
    expect(await auditOf(test.database, user.id)).toMatchObject([
      { reason: 'CREATED_BY_OPERATOR', actorId: null },
    ])
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    await expect(users().createUser(null, { email })).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
  })

  it('reports every mistake, and that no mail is sent', async () => {
    const input = { email: 'nonsense', username: 'a b', firstName: '' }
    expect(await codesOf(users().createUser(null, input))).toEqual([
      'INVALID_EMAIL',
      'INVALID_USERNAME',
      'REQUIRED',
    ])
    expect(await codesOf(users(false).createUser(null, { email: freshEmail() }))).toEqual(['REQUIRES_MAIL'])
    expect(await codesOf(users().createUser('none', { email: freshEmail() }))).toEqual(['NO_SUCH_TENANT'])
  })
})

describe('users list', () => {
  it('shows pages of the accounts of a tenant, newest first', async () => {
    const tenant = await insertTenant(test.database)
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) ids.unshift((await signUp(test.actor(), { tenant })).userId)
    await users().lockUser(named(ids[1] ?? ''), { reason, until: null })
    const list = createListUsers(opened())
    const all = { tenant, search: null, role: null, locked: null, active: null }
    const first = await list(all, { limit: 2, after: null })
    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(await list(all, { limit: 2, after: ids[1] ?? '' })).toMatchObject([{ id: ids[2] }])
    expect(await list({ ...all, locked: true }, { limit: 2, after: null })).toMatchObject([{ id: ids[1] }])
    const search = first[0]?.email.toUpperCase() ?? ''
    expect(await list({ ...all, search }, { limit: 2, after: null })).toMatchObject([{ id: ids[0] }])
    expect(await codesOf(list({ ...all, tenant: 'none' }, { limit: 2, after: null }))).toEqual([
      'NO_SUCH_TENANT',
    ])
  })
})

describe('sessions revoke', () => {
  it('ends one session, and leaves the others of the user', async () => {
    const ada = await signUp(test.actor())
    const second = await signIn(other.actor(), ada.email)
    await createRevokeSessions(opened()).revokeSession(ada.sessionId, reason)
    await endsEverywhere(ada)
    expect(await whoIs(other.actor(), second.accessToken)).toBe(ada.userId)
    const again = createRevokeSessions(opened()).revokeSession(ada.sessionId, reason)
    expect(await codesOf(again)).toEqual(['NO_SUCH_SESSION'])
    expect(await codesOf(createRevokeSessions(opened()).revokeSession('x', reason))).toEqual([
      'NO_SUCH_SESSION',
    ])
  })

  it('ends every session of a user, who can sign in again', async () => {
    const ada = await signUp(test.actor())
    await signIn(other.actor(), ada.email)
    expect(await createRevokeSessions(opened()).revokeOfUser(named(ada.email), reason)).toBe(2)
    await endsEverywhere(ada)
    expect(await askRefresh(test.actor(), ada.refreshToken)).toHaveProperty('code')
    test.clock.jump(1)
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('ends every session of a tenant by its time, and none of another tenant', async () => {
    const [slug, elsewhere] = [await insertTenant(test.database), await insertTenant(test.database)]
    const ada = await signUp(test.actor(), { tenant: slug })
    const bob = await signUp(test.actor(), { tenant: elsewhere })
    expect(await createRevokeSessions(opened()).revokeOfTenant({ slug }, reason)).toBe(1)
    await endsEverywhere(ada)
    expect(await askRefresh(other.actor(), ada.refreshToken)).toHaveProperty('code')
    expect(await whoIs(other.actor(), bob.accessToken)).toBe(bob.userId)
    test.clock.jump(2)
    const again = await signIn(other.actor(), ada.email, { tenant: slug })
    expect(await whoIs(test.actor(), again.accessToken)).toBe(ada.userId)
    await test.app.jobs.endTenantAccess()
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
    expect(row).toMatchObject({ revokedReason: 'REVOKED_BY_ADMINISTRATOR' })
    await deactivateUnheard(test, slug)
    expect(await createRevokeSessions(opened()).revokeOfTenant({ slug }, reason)).toBe(0)
  })
})
