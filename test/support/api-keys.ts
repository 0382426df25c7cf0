import { expect } from 'vitest'
import type { UserRole } from '../../src/domain/users/user.ts'
import { Actor } from './actor.ts'
import { createApiKeyDocument } from './operations.ts'
import type { TestApp } from './test-app.ts'

type Input = Readonly<Record<string, unknown>>

/** What createApiKey answers. */
export async function askForKey(test: TestApp, accessToken: string, input: Input = {}) {
  const answer = await test
    .actor()
    .ask(
      createApiKeyDocument,
      { input: { name: 'a service', permissions: ['tokens:verify'], ...input } },
      Actor.bearer(accessToken),
    )
  expect(answer.errors).toEqual([])
  return answer.data.createApiKey
}

/** A key of somebody who may make one; fails the test when there is none. */
export async function makeKey(
  test: TestApp,
  accessToken: string,
  input: Input = {},
): Promise<{ id: string; secret: string; prefix: string }> {
  const created = await askForKey(test, accessToken, input)
  expect(created).toMatchObject({ __typename: 'CreateApiKeySuccess' })
  return { ...created.apiKey, secret: created.secret }
}

/** Takes a role away, or gives one, as an administrator would: what was issued before is revoked. */
export async function changeRole({ database }: TestApp, userId: string, role: UserRole): Promise<void> {
  await raiseVersion(database, userId, { role })
}

/** Changes an account and revokes what was issued before, in the database alone: processes learn it by polling. */
export async function raiseVersion(
  { client }: TestApp['database'],
  userId: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { tokenVersion } = await client.user.update({
    where: { id: userId },
    data: { ...data, tokenVersion: { increment: 1 } },
  })
  const now = new Date()
  await client.revocation.create({
    data: {
      id: crypto.randomUUID(),
      kind: 'USER',
      userId,
      minimumTokenVersion: tokenVersion,
      recordedAt: now,
      expiresAt: new Date(now.getTime() + 3_660_000),
    },
  })
}
