import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askForKey } from '../support/api-keys.ts'
import { updateProfileDocument } from '../support/operations.ts'
import { askAs, type SignedIn, signUpAs } from '../support/people.ts'
import { freshSlug, tenantCalls } from '../support/tenant-calls.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const renameSession = `mutation ($input: RenameSessionInput!) { renameSession(input: $input) {
  ... on AuthInvalidInputProblem { issues { code } } } }`

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

const refused = { issues: [expect.objectContaining({ code: 'REQUIRED' })] }

describe.each([
  ['a blank', ' '],
  ['the Hangul filler', '\u3164'],
  ['a variation selector and a joiner', '\ufe0f\u200d'],
])('a name that is only %s', (_kind, name) => {
  it('is no first name', async () => {
    expect(await askAs(test, admin, updateProfileDocument, { input: { firstName: name } })).toMatchObject(
      refused,
    )
  })

  it('is no name of a session', async () => {
    const input = { sessionId: admin.sessionId, name }
    expect(await askAs(test, admin, renameSession, { input })).toMatchObject(refused)
  })

  it('is no name of an API key', async () => {
    expect(await askForKey(test, admin.accessToken, { name })).toMatchObject(refused)
  })

  it('is no name of a tenant', async () => {
    expect(await tenantCalls(test).create(admin, { slug: freshSlug(), name })).toMatchObject(refused)
  })
})

it('shows a name with visible characters, whatever fillers it has', async () => {
  const input = { firstName: 'A\ufe0fda' }
  expect(await askAs(test, admin, updateProfileDocument, { input })).toMatchObject({ user: input })
})
