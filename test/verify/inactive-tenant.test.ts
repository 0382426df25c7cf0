import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Verifier } from '../../src/verify/gatehouse-verify.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { signIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { deactivateTenant, reactivateTenant } from '../support/tenant-state.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { verifierOf } from './support/verifier-of.ts'

let test: TestApp
let verifier: Verifier
beforeAll(async () => {
  test = await createTestApp()
  verifier = await verifierOf(test, await signUpAs(test, 'ADMIN'))
})
afterAll(async () => {
  verifier.close()
  await test.close()
})

const kindOf = async (token: string) => {
  const outcome = await verifier.verify(token)
  return outcome.kind === 'refused' ? outcome.reason : outcome.kind
}
const becomes = (token: string, kind: string) =>
  eventually(async () => expect(await kindOf(token)).toBe(kind))

describe('a service with gatehouse-verify', () => {
  it('refuses credentials of a tenant once it is inactive, and accepts later ones once it is active again', async () => {
    const tenant = await insertTenant(test.database)
    const ada = await signUp(test.actor(), { tenant })
    const admin = await signUpAs(test, 'ADMIN', tenant)
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
    const stranger = await signUp(test.actor())
    expect(await Promise.all([kindOf(ada.accessToken), kindOf(secret)])).toEqual(['viewer', 'viewer'])
    await deactivateTenant(test, tenant)
    await becomes(ada.accessToken, 'REVOKED')
    expect(await kindOf(secret)).toBe('INACTIVE')
    expect(await kindOf(stranger.accessToken)).toBe('viewer')
    await reactivateTenant(test, tenant)
    const again = await signIn(test.actor(), ada.email, { tenant })
    await becomes(again.accessToken, 'viewer')
    expect(await kindOf(ada.accessToken)).toBe('REVOKED')
    expect(await kindOf(secret)).toBe('INACTIVE')
    const newKey = await makeKey(test, (await signIn(test.actor(), admin.email, { tenant })).accessToken, {
      permissions: ['users:read'],
    })
    expect(await kindOf(newKey.secret)).toBe('viewer')
  })

  it('learns a reactivation that came while it had read nothing', async () => {
    const tenant = await insertTenant(test.database)
    const ada = await signUp(test.actor(), { tenant })
    await deactivateTenant(test, tenant)
    await reactivateTenant(test, tenant)
    const again = await signIn(test.actor(), ada.email, { tenant })
    const late = await verifierOf(test, await signUpAs(test, 'ADMIN'))
    const verdicts = await Promise.all([late.verify(again.accessToken), late.verify(ada.accessToken)])
    late.close()
    expect(verdicts).toMatchObject([{ kind: 'viewer' }, { kind: 'refused', reason: 'REVOKED' }])
  })
})
