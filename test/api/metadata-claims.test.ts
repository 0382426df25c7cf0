import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAccessRules } from '../../src/app/token-access.ts'
import { numberedLines } from '../../src/flows/operator/import/import-rows.ts'
import { createImportUsers } from '../../src/flows/operator/import/import-users.ts'
import { openSealer, openStores } from '../../src/infrastructure/operator-stores.ts'
import { accessCalls } from '../support/access-documents.ts'
import { insertAccessRole, roleName } from '../support/access-roles.ts'
import { setUserMetadataDocument, setUserRolesDocument } from '../support/operations.ts'
import { askAs, askRefresh, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

const plan = 'https://acme.example/plan'
const tags = 'https://acme.example/tags'

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp({ env: { TOKEN_CLAIMS: `${plan}=plan, ${tags}=tags` } })
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const setMetadata = (userId: string, metadata: object) =>
  askAs(test, admin, setUserMetadataDocument, { input: { userId, metadata } })
const setRoles = (userId: string, roles: readonly string[]) =>
  askAs(test, admin, setUserRolesDocument, { input: { userId, roles } })

describe('setUserMetadata with TOKEN_CLAIMS', () => {
  it('refuses the tokens of before if a mapped value changes, and the next refresh has the new one', async () => {
    const { userId, accessToken, refreshToken, actor } = await signUp(test.actor())
    expect((await setMetadata(userId, { plan: 'pro', note: 'x' })).user.metadata).toEqual({
      plan: 'pro',
      note: 'x',
    })
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    const { tokens } = await askRefresh(actor, refreshToken)
    expect(claimsOf(tokens.accessToken)[plan]).toBe('pro')
    await setMetadata(userId, { plan: 'pro', note: 'y' })
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe(userId)
    await setMetadata(userId, {})
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe('TOKEN_REVOKED')
    const after = await askRefresh(actor, tokens.refreshToken)
    expect(Object.keys(claimsOf(after.tokens.accessToken))).not.toContain(plan)
  })

  it('refuses mapped values that a token cannot carry, and changes nothing', async () => {
    const { userId, accessToken } = await signUp(test.actor())
    const values = [{ a: 1 }, 'x'.repeat(257), [1], Array.from({ length: 21 }, () => 'x'), ['x'.repeat(257)]]
    for (const value of values)
      expect(await setMetadata(userId, { plan: value, other: { a: 1 } })).toMatchObject({
        issues: [{ path: ['metadata', 'plan'], code: 'UNMAPPABLE_VALUE' }],
      })
    expect((await setMetadata(userId, { plan: null })).user.metadata).toEqual({ plan: null })
    expect(await whoIs(test.actor(), accessToken)).toBe(userId)
  })

  it('and setUserRoles refuse together what a token has no room for; taking away is always possible', async () => {
    const { userId } = await signUp(test.actor())
    const permissions = Array.from({ length: 18 }, (_, index) => `p${index}${'x'.repeat(50)}:read`)
    const role = await insertAccessRole(test.database, { permissions })
    const long = { tags: Array.from({ length: 5 }, () => 't'.repeat(200)) }
    expect((await setMetadata(userId, long)).user.metadata).toEqual(long)
    expect(await setRoles(userId, [role.name])).toMatchObject({
      issues: [{ path: ['roles'], code: 'TOO_LONG', message: expect.stringMatching(/ \d+ bytes too many/) }],
    })
    await setMetadata(userId, { tags: ['t'] })
    expect((await setRoles(userId, [role.name])).user.roles).toEqual([role.name])
    expect(await setMetadata(userId, long)).toMatchObject({
      issues: [{ path: ['metadata'], code: 'TOO_LONG' }],
    })
    await test.database.client.user.update({ where: { id: userId }, data: { metadata: long } })
    expect((await setRoles(userId, [])).user.roles).toEqual([])
    expect((await setMetadata(userId, {})).user.metadata).toEqual({})
  })
})

describe('defineRole with TOKEN_CLAIMS', () => {
  it('refuses permissions that leave no room for the mapped claims of a holder, and takes others away', async () => {
    const calls = accessCalls(test)
    const names = Array.from({ length: 18 }, (_, index) => `d${index}${'x'.repeat(50)}:read`)
    for (const name of names) await calls.definePermission(admin, { name })
    const role = { name: roleName(), scope: 'INSTALLATION' }
    await calls.defineRole(admin, { ...role, permissions: names.slice(0, 4) })
    const [modest, rich] = [await signUp(test.actor()), await signUp(test.actor())]
    for (const { userId } of [modest, rich]) await setRoles(userId, [role.name])
    await setMetadata(modest.userId, { plan: 'pro', note: 'n'.repeat(2000) })
    const wide = { ...role, permissions: names }
    expect(await calls.defineRole(admin, wide)).toMatchObject({ role: { permissions: names.toSorted() } })
    await calls.defineRole(admin, { ...role, permissions: names.slice(0, 4) })
    const long = { tags: Array.from({ length: 5 }, () => 't'.repeat(200)) }
    expect((await setMetadata(rich.userId, long)).user.metadata).toEqual(long)
    expect(await calls.defineRole(admin, wide)).toMatchObject({
      issues: [{ path: ['permissions'], code: 'TOO_LONG', message: expect.stringMatching(/mapped claims/) }],
    })
    // A later configuration can map more than tokens have room for: that is no reason to refuse a smaller role.
    const longer = { tags: Array.from({ length: 9 }, () => 't'.repeat(250)) }
    await test.database.client.user.update({ where: { id: rich.userId }, data: { metadata: longer } })
    expect(await calls.defineRole(admin, { ...role, permissions: names.slice(0, 3) })).toMatchObject({
      role: { permissions: names.slice(0, 3).toSorted() },
    })
  })
})

describe('users import with TOKEN_CLAIMS', () => {
  it('refuses mapped values that a token cannot carry or has no room for', async () => {
    const importUsers = createImportUsers({
      ...openStores(test.database, null),
      openSealer: () => openSealer(test.config),
      openTokenAccess: () => tokenAccessRules(test.config),
    })
    const rows = [
      { plan: 'pro' },
      { plan: { a: 1 } },
      { tags: Array.from({ length: 10 }, () => 't'.repeat(250)) },
    ]
    async function* read() {
      for (const metadata of rows) yield JSON.stringify({ email: freshEmail(), metadata })
    }
    const { bad } = await importUsers(() => numberedLines(read()), { skipInvalid: false, resume: false })
    expect(bad).toMatchObject([
      { line: 2, issues: [{ path: ['metadata', 'plan'], code: 'UNMAPPABLE_VALUE' }] },
      { line: 3, issues: [{ path: ['metadata'], code: 'TOO_LONG' }] },
    ])
  })
})
