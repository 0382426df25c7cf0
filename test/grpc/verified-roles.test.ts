import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GrpcListening } from '../../src/grpc/grpc-server.ts'
import { grantRole, insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { GrpcClient, openGrpc } from '../support/grpc.ts'
import { type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
let key: string
let grpc: GrpcListening
let client: GrpcClient
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
  key = (await makeKey(test, admin.accessToken)).secret
  grpc = await openGrpc(test)
  client = new GrpcClient(grpc.port)
})
afterAll(async () => {
  client.close()
  await grpc.close()
  await test.close()
})

describe('Verify and VerifyBatch', () => {
  it('names the roles of the application, none for other users and for API keys', async () => {
    const { userId, email } = await signUp(test.actor())
    const roles = [await insertAccessRole(test.database), await insertAccessRole(test.database)]
    for (const { id } of roles) await grantRole(test.database, id, [userId])
    const { accessToken } = await signIn(test.actor(), email)
    const names = roles.map(({ name }) => name).toSorted()
    expect(await client.call('Verify', { token: accessToken }, Actor.bearer(key))).toMatchObject({
      active: true,
      roles: names,
    })
    const requests = [{ token: accessToken }, { token: admin.accessToken }, { token: key }]
    expect((await client.call('VerifyBatch', { requests }, Actor.bearer(key))).responses).toMatchObject([
      { active: true, roles: names },
      { active: true, roles: [] },
      { active: true, roles: [] },
    ])
  })
})
