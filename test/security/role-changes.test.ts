import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { resultOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { lockUserDocument, setUserRoleDocument, userDocument } from '../support/operations.ts'
import { askAs, askRefresh, type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

/** Two services on one database, as two replicas are. */
let database: Database
let here: TestApp
let there: TestApp
let admin: SignedIn
let id: string
beforeAll(async () => {
  database = await openTestDatabase()
  here = await createTestApp({ database })
  there = await createTestApp({ database })
  admin = await signUpAs(here, 'ADMIN')
  id = (await signUp(here.actor())).userId
})
afterAll(async () => {
  await here.close()
  await there.close()
  await database.close()
})

const askThere = (viewer: Pick<SignedIn, 'accessToken'>) => askAs(there, viewer, userDocument, { id })
const askByKey = async (secret: string) =>
  resultOf(await there.actor().ask(userDocument, { id }, { 'x-api-key': secret }))

describe('a change of role in one process', () => {
  it('holds in another one within a second: for access tokens, for the next refresh, and for API keys', async () => {
    const second = await signUpAs(here, 'ADMIN')
    const { secret } = await makeKey(here, second.accessToken, { permissions: ['users:read', 'keys:rotate'] })
    expect(await askThere(second)).toMatchObject({ id })
    expect(await askByKey(secret)).toMatchObject({ id })
    const input = { userId: second.userId, role: 'USER' }
    expect(await askAs(here, admin, setUserRoleDocument, { input })).toMatchObject({ user: { role: 'USER' } })
    await eventually(async () => expect(await askThere(second)).toMatchObject({ reason: 'TOKEN_REVOKED' }))
    await eventually(async () => expect(await askByKey(secret)).toMatchObject({ code: 'FORBIDDEN' }))
    const { tokens } = await askRefresh(there.actor(), second.refreshToken)
    expect(await askThere(tokens)).toMatchObject({ code: 'FORBIDDEN' })
    const back = { userId: second.userId, role: 'MODERATOR' }
    await askAs(here, admin, setUserRoleDocument, { input: back })
    await eventually(async () => expect(await askByKey(secret)).toMatchObject({ id }))
    const promoted = await askRefresh(there.actor(), tokens.refreshToken)
    expect(await askThere(promoted.tokens)).toMatchObject({ id })
  })

  it('applies to a lock as well', async () => {
    const second = await signUpAs(here, 'ADMIN')
    const { secret } = await makeKey(here, second.accessToken, { permissions: ['users:read'] })
    expect(await askByKey(secret)).toMatchObject({ id })
    const input = { userId: second.userId, reason: 'looks stolen' }
    await askAs(here, admin, lockUserDocument, { input })
    await eventually(async () => expect(await askThere(second)).toMatchObject({ reason: 'TOKEN_REVOKED' }))
    await eventually(async () => expect(await askByKey(secret)).toMatchObject({ code: 'UNAUTHENTICATED' }))
    expect(await askRefresh(there.actor(), second.refreshToken)).toMatchObject({
      code: 'INVALID_REFRESH_TOKEN',
    })
  })
})
