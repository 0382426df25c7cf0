import { ApiKeyCache } from '../domain/api-keys/api-key-cache.ts'
import { ApiKeyUses } from '../domain/api-keys/api-key-uses.ts'
import type { AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import type { RevocationList } from '../domain/tokens/revocation-list.ts'
import { type Authenticate, createAuthenticate } from '../flows/sign-in/authenticate.ts'
import { createCheckApiKey } from '../flows/steps/check-api-key.ts'
import { createVerifyToken, type VerifyToken } from '../flows/tokens/verify-token.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'

/** What finds out who asks, and for other services whose a token is. */
export interface Verification {
  readonly authenticate: Authenticate
  readonly apiKeyUses: ApiKeyUses
  readonly verifyToken: VerifyToken
}

export function createVerification(
  { clock, logger, stores: { apiKeys, users } }: Infrastructure,
  tokens: { readonly verifier: AccessTokenVerifier; readonly revocations: RevocationList },
): Verification {
  const checkApiKey = createCheckApiKey({ ...tokens, apiKeys, cache: new ApiKeyCache({ clock }), clock })
  const apiKeyUses = new ApiKeyUses({ store: apiKeys, clock, logger })
  const checks = { ...tokens, checkApiKey, apiKeyUses }
  return {
    authenticate: createAuthenticate(checks),
    apiKeyUses,
    verifyToken: createVerifyToken({ ...checks, users, clock }),
  }
}
