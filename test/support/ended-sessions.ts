import { expect } from 'vitest'
import type { Actor } from './actor.ts'
import { askRefresh, type SignedIn, whoIs } from './people.ts'
import type { TestApp } from './test-app.ts'

/** Expects that a session has ended: its access token and its newest refresh token are refused. Returns its row. */
export async function expectEnded(
  test: TestApp,
  actor: Actor,
  { sessionId, accessToken, refreshToken }: Pick<SignedIn, 'sessionId' | 'accessToken' | 'refreshToken'>,
  reason: string,
) {
  const row = await test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })
  expect(row).toMatchObject({ revokedAt: expect.any(Date), revokedReason: reason })
  expect(await whoIs(actor, accessToken)).toBe('TOKEN_REVOKED')
  expect(await askRefresh(actor, refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
  return row
}
