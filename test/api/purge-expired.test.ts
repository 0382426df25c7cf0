import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { logoutDocument, removeTotpDocument } from '../support/operations.ts'
import { askAs, rotate, signUp } from '../support/people.ts'
import { signInWithTotp, signUpWithTotp } from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

describe('the job purge-expired', () => {
  it('removes what can never be used again, and nothing that still can', async () => {
    const actor = test.actor()
    const gone = await signUp(actor)
    await actor.ask(logoutDocument, {}, Actor.bearer(gone.accessToken))
    expect(await test.app.jobs.purgeExpired()).toBe(0)
    test.clock.advance(31 * 86_400)
    const living = await signUp(test.actor())
    expect(await test.app.jobs.purgeExpired()).toBeGreaterThanOrEqual(3)
    const { client } = test.database
    expect(await client.session.findMany({ select: { id: true } })).toEqual([{ id: living.sessionId }])
    expect(await client.revocation.count()).toBe(0)
    expect(await client.oneTimeToken.count()).toBe(2)
    expect(await rotate(test.actor(), living.refreshToken)).toMatch(/^ghr_/)
  })

  it('removes what users had of a removed role, in batches, and keeps other roles', async () => {
    const { client } = test.database
    const { userId } = await signUp(test.actor())
    const { tenantId } = await client.user.findUniqueOrThrow({ where: { id: userId } })
    const [kept, removed] = [await insertAccessRole(test.database), await insertAccessRole(test.database)]
    for (const { id: roleId } of [kept, removed])
      await client.userAccessRole.create({ data: { userId, roleId, tenantId } })
    await client.accessRole.delete({ where: { id: removed.id } })
    await client.$executeRaw`
      INSERT INTO users (id, tenant_id, email, created_at, updated_at)
      SELECT gen_random_uuid(), ${tenantId}::uuid, 'holder' || n || '@example.com', now(), now() FROM generate_series(1, 2100) n`
    await client.$executeRaw`
      INSERT INTO user_access_roles (user_id, role_id, tenant_id)
      SELECT id, ${removed.id}::uuid, tenant_id FROM users WHERE email LIKE 'holder%'`
    expect(await test.app.jobs.purgeExpired()).toBeGreaterThanOrEqual(2101)
    expect(await client.userAccessRole.findMany({ select: { roleId: true } })).toEqual([{ roleId: kept.id }])
  })

  it('removes challenges of sign-ins, and removed factors that no link can restore', async () => {
    const ada = await signInWithTotp(test, await signUpWithTotp(test))
    await askAs(test, ada, removeTotpDocument, {})
    const { client } = test.database
    const mine = { where: { userId: ada.userId } }
    expect(await client.signInChallenge.count(mine)).toBe(1)
    test.clock.advance(7200)
    await test.app.jobs.purgeExpired()
    expect(await client.signInChallenge.count(mine)).toBe(0)
    expect(await client.totpSecret.count(mine)).toBe(1)
    // The mail with the link can be two days late.
    test.clock.advance((72 + 48) * 3600)
    await test.app.jobs.purgeExpired()
    expect(await client.totpSecret.count(mine)).toBe(0)
  })
})
