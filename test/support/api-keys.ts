import { expect } from 'vitest'
import { Actor } from './actor.ts'
import { createApiKeyDocument } from './operations.ts'
import type { TestApp } from './test-app.ts'

type Input = Readonly<Record<string, unknown>>

/** The result of createApiKey. */
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

/** Creates a key. A refused request fails the test. */
export async function makeKey(
  test: TestApp,
  accessToken: string,
  input: Input = {},
): Promise<{ id: string; secret: string; prefix: string }> {
  const created = await askForKey(test, accessToken, input)
  expect(created).toMatchObject({ __typename: 'CreateApiKeySuccess' })
  return { ...created.apiKey, secret: created.secret }
}
