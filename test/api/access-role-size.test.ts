import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAccessRules } from '../../src/app/token-access.ts'
import { permissions } from '../../src/domain/access/permissions.ts'
import { accessBytes, maxAccessBytes } from '../../src/domain/access/token-bounds.ts'
import { accessCalls } from '../support/access-documents.ts'
import { roleName } from '../support/access-roles.ts'
import { setUserRolesDocument } from '../support/operations.ts'
import { askAs, type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const long = 'x'.repeat(250)
const names = Array.from({ length: 30 }, (_, index) => `posts-${index}-${'x'.repeat(46)}:write`)

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp({ env: { TOKEN_ISSUER: long, TOKEN_AUDIENCE: long } })
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

describe('defineRole with a long issuer and audience', () => {
  it('accepts what a token has room for, as setUserRoles does, and no more', async () => {
    const calls = accessCalls(test)
    for (const name of names)
      expect(await calls.definePermission(admin, { name })).toMatchObject({ permission: { name } })
    const room = tokenAccessRules(test.config).maxBytes
    const name = roleName()
    const bytesOf = (count: number) =>
      accessBytes({ permissions: [...permissions, ...names.slice(0, count)], roles: [name], claims: {} })
    const count = names.findIndex((_, index) => bytesOf(index + 1) > room)
    expect(bytesOf(count + 1)).toBeLessThanOrEqual(maxAccessBytes)
    const role = { name, scope: 'INSTALLATION' }
    expect(await calls.defineRole(admin, { ...role, permissions: names.slice(0, count + 1) })).toMatchObject({
      issues: [
        {
          path: ['permissions'],
          code: 'TOO_LONG',
          message: expect.stringContaining(`exceed ${room} bytes by ${bytesOf(count + 1) - room}`),
        },
      ],
    })
    expect(await calls.defineRole(admin, { ...role, permissions: names.slice(0, count) })).toMatchObject({
      role: { name },
    })
    const { userId } = await signUp(test.actor())
    const input = { userId, roles: [name] }
    expect(await askAs(test, admin, setUserRolesDocument, { input })).toMatchObject({
      user: { roles: [name] },
    })
  })
})
