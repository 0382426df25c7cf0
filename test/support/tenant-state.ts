import { expect } from 'vitest'
import { signUpAs } from './people.ts'
import { tenantCalls } from './tenant-calls.ts'
import type { TestApp } from './test-app.ts'

/** Deactivates a tenant by the API. The process of the test knows it at once. */
export function deactivateTenant(test: TestApp, slug: string): Promise<void> {
  return setActive(test, slug, false)
}

/** Reactivates a tenant by the API, two seconds later. */
export function reactivateTenant(test: TestApp, slug: string): Promise<void> {
  test.clock.jump(2)
  return setActive(test, slug, true)
}

/** Deactivates a tenant of which no process hears: the row changes without a revocation. */
export async function deactivateUnheard(test: TestApp, slug: string): Promise<void> {
  const accessFrom = new Date(test.clock.now().getTime() + 1000)
  await test.database.client.tenant.update({ where: { slug }, data: { active: false, accessFrom } })
}

async function setActive(test: TestApp, slug: string, active: boolean): Promise<void> {
  const manager = await signUpAs(test, 'ADMIN')
  const result = await tenantCalls(test).setActive(manager, { slug, active, reason: 'a test' })
  expect(result).toMatchObject({ tenant: { slug, active } })
}
