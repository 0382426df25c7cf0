import type { Config } from '../config/config.ts'
import { maxAccessBytes, maxTokenLength } from '../domain/access/token-bounds.ts'
import type { TokenAccessRules } from '../domain/tokens/token-access-rules.ts'
import { tokenRoomBytes } from '../domain/tokens/token-room.ts'

/** What the application may put into access tokens with this configuration. */
export function tokenAccessRules({ tokens }: Pick<Config, 'tokens'>): TokenAccessRules {
  const maxBytes = Math.min(maxAccessBytes, tokenRoomBytes(tokens, maxTokenLength))
  return { claims: tokens.claims, maxBytes }
}
