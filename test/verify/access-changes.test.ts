import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Verifier } from '../../src/verify/gatehouse-verify.ts'
import { type AccessCalls, accessCalls } from '../support/access-documents.ts'
import { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { setUserRolesDocument } from '../support/operations.ts'
import { askAs, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { type AdaptedServer, servers } from './support/adapted-servers.ts'
import { verifierOf } from './support/verifier-of.ts'

/** What docs/verification.md promises, with the usual poll every second. */
const maxMs = 2000

let test: TestApp
let calls: AccessCalls
let admin: SignedIn
let verifier: Verifier
let posts: AdaptedServer
beforeAll(async () => {
  test = await createTestApp()
  calls = accessCalls(test)
  admin = await signUpAs(test, 'ADMIN')
  verifier = await verifierOf(test, admin, { revocations: true })
  const { yoga } = servers
  if (yoga === undefined) throw new Error('There is no server with Yoga.')
  posts = await yoga(verifier)
  for (const name of ['posts:write', 'posts:read'])
    expect(await calls.definePermission(admin, { name })).toMatchObject({ permission: { name } })
})
afterAll(async () => {
  verifier.close()
  await test.close()
})

async function grant(name: string, permissions: readonly string[]): Promise<void> {
  const role = { name, permissions, scope: 'INSTALLATION' }
  expect(await calls.defineRole(admin, role)).toMatchObject({ role: { name } })
}

async function give(userId: string, roles: readonly string[]): Promise<void> {
  const result = await askAs(test, admin, setUserRolesDocument, { input: { userId, roles } })
  expect(result).toMatchObject({ user: { roles } })
}

/** A user with a role that grants posts:write, and a token that says so. */
async function writer(role: string) {
  await grant(role, ['posts:write'])
  const ada = await signUp(test.actor())
  await give(ada.userId, [role])
  return signIn(test.actor(), ada.email)
}

/** The field with `@requiresScopes(scopes: [["posts:write"], …])`. */
const write = (token: string) => posts.ask('directed', Actor.bearer(token))

async function untilRefused(token: string): Promise<number> {
  const watch = new Stopwatch()
  await eventually(async () => expect((await write(token)).status).toBe(401))
  return watch.stop()
}

describe('a field of another subgraph that requires a permission of the application', () => {
  it('is open to holders of a role that grants it, and to no one else', async () => {
    const ada = await writer('author')
    expect(await write(ada.accessToken)).toMatchObject({ status: 200, viewer: ada.userId })
    expect(await write((await signUp(test.actor())).accessToken)).toMatchObject({ status: 403 })
    expect(await write(admin.accessToken)).toMatchObject({ status: 403 })
  })

  it('is closed to old tokens within two seconds after the role lost the permission', async () => {
    const [ada, eve] = [await writer('editor'), await writer('owner')]
    expect((await write(ada.accessToken)).status).toBe(200)
    await grant('editor', ['posts:read'])
    expect(await untilRefused(ada.accessToken)).toBeLessThan(maxMs)
    expect((await write(eve.accessToken)).status).toBe(200)
    expect((await write((await signIn(test.actor(), ada.email)).accessToken)).status).toBe(403)
  })

  it('is closed to old tokens within two seconds after the user lost the role', async () => {
    const ada = await writer('reviewer')
    await give(ada.userId, [])
    expect(await untilRefused(ada.accessToken)).toBeLessThan(maxMs)
  })
})
