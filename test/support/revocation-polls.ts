import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import { signUp, whoIs } from './people.ts'
import type { TestApp } from './test-app.ts'

/**
 * Waits until the service has polled revocations. After `clock.advance` its list is stale, and a stale service checks
 * every token in the database: a test that expects the list to refuse a token would pass without it.
 */
export async function untilPolled(test: TestApp): Promise<void> {
  const { actor, accessToken, sessionId } = await signUp(test.actor())
  // By the clock of the database.
  const recordedAt = new Date()
  const expiresAt = new Date(test.clock.now().getTime() + 3_660_000)
  // The session stays live, so only the list can refuse its token.
  await test.database.client.revocation.create({
    data: { id: randomUUID(), kind: 'SESSION', sessionId, recordedAt, expiresAt },
  })
  await eventually(async () => expect(await whoIs(actor, accessToken)).toBe('TOKEN_REVOKED'))
}
