import type { FlowDeps } from '../flow-deps.ts'
import { createCreateApiKey } from './create-api-key.ts'
import { createFindApiKeys } from './find-api-keys.ts'
import { createFindRevocationStats } from './find-revocation-stats.ts'
import { createFindRevokedToken } from './find-revoked-token.ts'
import { createFindSigningKeys } from './find-signing-keys.ts'
import { createRevokeApiKey } from './revoke-api-key.ts'
import { createRevokePresentedToken } from './revoke-presented-token.ts'
import { createRevokeToken } from './revoke-token.ts'
import { createRevokeTokens } from './revoke-tokens.ts'
import { createRotateDueSigningKeys } from './rotate-due-signing-keys.ts'
import { createRotateSigningKeys } from './rotate-signing-keys.ts'
import { createVerifyToken } from './verify-token.ts'

export function createTokenFlows(deps: FlowDeps) {
  return {
    createApiKey: createCreateApiKey(deps),
    findApiKeys: createFindApiKeys(deps),
    findRevocationStats: createFindRevocationStats(deps),
    findRevokedToken: createFindRevokedToken(deps),
    findSigningKeys: createFindSigningKeys(deps),
    revokeApiKey: createRevokeApiKey(deps),
    revokePresentedToken: createRevokePresentedToken(deps),
    revokeToken: createRevokeToken(deps),
    revokeTokens: createRevokeTokens(deps),
    rotateDueSigningKeys: createRotateDueSigningKeys(deps),
    rotateSigningKeys: createRotateSigningKeys(deps),
    verifyToken: createVerifyToken(deps),
  }
}
