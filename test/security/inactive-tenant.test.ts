import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oneTimeTokenPurposes } from '../../src/domain/one-time-tokens/one-time-token.ts'
import type { GrpcListening } from '../../src/grpc/grpc-server.ts'
import { makeKey } from '../support/api-keys.ts'
import { GrpcClient, openGrpc } from '../support/grpc.ts'
import { signUpAs } from '../support/people.ts'
import { rootRules } from '../support/permission-table.ts'
import { insertTenant } from '../support/rows.ts'
import type { Stage, TenantPath } from '../support/tenant-paths/path.ts'
import { fieldsWithoutTenant, tenantPaths } from '../support/tenant-paths.ts'
import { deactivateTenant, reactivateTenant } from '../support/tenant-state.ts'
import { createTestApp } from '../support/test-app.ts'

type Attempt = () => Promise<unknown>

/** The answers of one path. */
interface Answers {
  inactive: unknown
  elsewhere: unknown
  afterwards: unknown
}

const answers = new Map<TenantPath, Answers>()
let stage: Stage
let listening: GrpcListening

/** All paths are tried together: in a tenant while it is inactive, in another one at the same time, and in the first one afterwards. */
beforeAll(async () => {
  const test = await createTestApp({ env: { REFRESH_GRACE_SECONDS: '60', MFA_REMEMBER_DEVICE_DAYS: '30' } })
  const admin = await signUpAs(test, 'ADMIN')
  const { secret: serviceKey } = await makeKey(test, admin.accessToken)
  listening = await openGrpc(test)
  stage = { test, admin, serviceKey, grpc: new GrpcClient(listening.port) }
  const [tenant, other] = [await insertTenant(test.database), await insertTenant(test.database)]
  const prepared: [TenantPath, Attempt, Attempt][] = []
  for (const path of tenantPaths)
    prepared.push([path, await path.prepare(stage, tenant), await path.prepare(stage, other)])
  await deactivateTenant(test, tenant)
  for (const [path, attempt, attemptElsewhere] of prepared) {
    const [inactive, elsewhere] = [await attempt(), await attemptElsewhere()]
    answers.set(path, { inactive, elsewhere, afterwards: null })
  }
  await reactivateTenant(test, tenant)
  for (const [path, attempt] of prepared)
    Object.assign(answers.get(path) ?? {}, { afterwards: await attempt() })
})
afterAll(async () => {
  stage.grpc.close()
  await listening.close()
  await stage.test.close()
})

describe.each(tenantPaths.map((path) => ({ ...path, path })))('$name', ({ path, ...expected }) => {
  it('is refused while the tenant is inactive', () => {
    expect(answers.get(path)?.inactive).toMatchObject(Object(expected.refused))
  })

  it('is accepted in another tenant meanwhile', () => {
    expect(answers.get(path)?.elsewhere).toMatchObject(Object(expected.accepted))
  })

  it('is answered after the reactivation as what it is', () => {
    expect(answers.get(path)?.afterwards).toMatchObject(Object(expected.afterwards))
  })
})

describe('the list of these paths', () => {
  it('has every root field that needs no session, and every purpose of a link', () => {
    const open = Object.entries(rootRules).filter(
      ([, { who, orToken }]) => who === 'anyone' || orToken === true,
    )
    const listed = [...tenantPaths.flatMap(({ fields = [] }) => fields), ...Object.keys(fieldsWithoutTenant)]
    expect([...new Set(listed)].toSorted()).toEqual(open.map(([name]) => name).toSorted())
    // The link of CHANGE_EMAIL requires a session of the account as well.
    const linked = tenantPaths.filter(({ name }) => name.startsWith('a link of the purpose'))
    const purposes = oneTimeTokenPurposes.filter((purpose) => purpose !== 'CHANGE_EMAIL')
    expect(purposes.filter((purpose) => !linked.some(({ name }) => name.includes(purpose)))).toEqual([])
  })
})
