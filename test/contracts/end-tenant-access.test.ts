import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { createEndTenantAccess } from '../../src/jobs/end-tenant-access.ts'
import { makeKey } from '../support/api-keys.ts'
import { signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { deactivateTenant, reactivateTenant } from '../support/tenant-state.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const tenantOf = (slug: string) => test.database.client.tenant.findUniqueOrThrow({ where: { slug } })
const sessionOf = (id: string) => test.database.client.session.findUniqueOrThrow({ where: { id } })

/** A device on which the second step is skipped. */
async function rememberDevice(userId: string): Promise<void> {
  const createdAt = test.clock.now()
  const expiresAt = new Date(createdAt.getTime() + 86_400_000)
  const digest = new TextEncoder().encode(randomUUID())
  const data = { id: randomUUID(), userId, digest, createdAt, expiresAt }
  await test.database.client.rememberedDevice.create({ data })
}

/** An administrator with a session, an API key and a remembered device. */
async function equipped(tenant: string) {
  const admin = await signUpAs(test, 'ADMIN', tenant)
  const key = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
  await rememberDevice(admin.userId)
  return { ...admin, key }
}

describe('the job end-tenant-access', () => {
  it('writes a deactivation into sessions, API keys and remembered devices of the tenant, and into no others', async () => {
    const [tenant, other] = [await insertTenant(test.database), await insertTenant(test.database)]
    const [ada, eve] = [await equipped(tenant), await equipped(other)]
    await deactivateTenant(test, tenant)
    // signUpAs signs in twice.
    expect(await test.app.jobs.endTenantAccess()).toBe(4)
    const { accessFrom } = await tenantOf(tenant)
    expect(await sessionOf(ada.sessionId)).toMatchObject({
      revokedAt: accessFrom,
      revokedReason: 'TENANT_DEACTIVATED',
    })
    expect(await sessionOf(eve.sessionId)).toMatchObject({ revokedAt: null })
    const { client } = test.database
    const keyOf = ({ key: { id } }: typeof ada) => client.apiKey.findUniqueOrThrow({ where: { id } })
    expect([(await keyOf(ada)).revokedAt, (await keyOf(eve)).revokedAt]).toEqual([accessFrom, null])
    const devices = await client.rememberedDevice.findMany({ select: { userId: true } })
    expect(devices).toEqual([{ userId: eve.userId }])
    expect(await whoIs(test.actor(), eve.accessToken)).toBe(eve.userId)
    expect(await test.app.jobs.endTenantAccess()).toBe(0)
  })

  it('leaves what began after the reactivation, and is repeated after the next deactivation', async () => {
    const tenant = await insertTenant(test.database)
    const ada = await signUp(test.actor(), { tenant })
    await deactivateTenant(test, tenant)
    await reactivateTenant(test, tenant)
    const again = await signIn(test.actor(), ada.email, { tenant })
    expect(await test.app.jobs.endTenantAccess()).toBe(1)
    expect(await sessionOf(ada.sessionId)).toMatchObject({ revokedReason: 'REVOKED_BY_ADMINISTRATOR' })
    expect(await sessionOf(again.sessionId)).toMatchObject({ revokedAt: null })
    expect(await whoIs(test.actor(), again.accessToken)).toBe(ada.userId)
    await deactivateTenant(test, tenant)
    expect(await test.app.jobs.endTenantAccess()).toBe(1)
    expect(await sessionOf(again.sessionId)).toMatchObject({ revokedReason: 'TENANT_DEACTIVATED' })
  })

  it('works in batches, and begins again if it was interrupted', async () => {
    const tenant = await insertTenant(test.database)
    const people = []
    for (let index = 0; index < 5; index++) people.push(await signUp(test.actor(), { tenant }))
    await deactivateTenant(test, tenant)
    const store = createStores(test.database.client).tenantAccess
    const stop = new AbortController()
    const interrupted: typeof store = {
      listUnended: () => store.listUnended(),
      markEnded: (ended) => store.markEnded(ended),
      endBatch: async (...batch) => {
        const done = await store.endBatch(...batch)
        stop.abort()
        return done
      },
    }
    expect(await createEndTenantAccess({ store: interrupted, batchSize: 2 })(stop.signal)).toBe(2)
    expect((await tenantOf(tenant)).accessEndedUntil).toBeNull()
    expect(await createEndTenantAccess({ store, batchSize: 2 })()).toBe(3)
    const rows = await Promise.all(people.map(({ sessionId }) => sessionOf(sessionId)))
    expect(rows.map(({ revokedReason }) => revokedReason)).toEqual(Array(5).fill('TENANT_DEACTIVATED'))
  })
})
