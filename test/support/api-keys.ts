import { expect } from 'vitest'
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
