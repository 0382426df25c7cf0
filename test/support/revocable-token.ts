import { randomUUID } from 'node:crypto'
import type { RevocableToken } from '../../src/domain/tokens/revocation.ts'

/** A token of a user and a session that no other test knows. */
export function revocableToken(issuedAt: Date, of: Partial<RevocableToken> = {}): RevocableToken {
  return {
    sessionId: randomUUID(),
    userId: randomUUID(),
    tokenId: randomUUID(),
    tokenVersion: 3,
    tenantId: randomUUID(),
    accessRoles: [],
    accessVersion: null,
    issuedAt,
    ...of,
  }
}
