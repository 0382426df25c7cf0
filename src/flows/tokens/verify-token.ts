import { applicationPermissions, permissionsOf } from '../../domain/access/permissions.ts'
import { looksLikeApiKey } from '../../domain/api-keys/api-key.ts'
import { BadArgumentError } from '../../domain/refusals.ts'
import { assuranceLevelOf } from '../../domain/sessions/assurance.ts'
import type { AccessTokenClaims } from '../../domain/tokens/access-token.ts'
import type { TokenFacts, TokenRejection, TokenVerdict } from '../../domain/tokens/token-verdict.ts'
import { isLocked } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { ApiKeyRejection } from '../steps/access/check-api-key.ts'

type VerifyTokenDeps = Pick<
  FlowDeps,
  'verifier' | 'revocations' | 'checkApiKey' | 'apiKeyUses' | 'sessionUses' | 'users' | 'clock'
>

export type VerifyToken = (token: string, requiredPermissions?: readonly string[]) => Promise<TokenVerdict>

const maxRequired = 50
const maxPermissionLength = 100

/**
 * Verifies an access token or API key that another service received: whether it is active, and whose it is. Applies
 * the checks of authentication, so that no service accepts what this one refuses. If a store has to be read and is
 * unavailable, its error is thrown; a token is never accepted by default. @throws BadArgumentError, or the error of a
 * store
 */
export function createVerifyToken(deps: VerifyTokenDeps): VerifyToken {
  return async function verifyToken(token, requiredPermissions = []) {
    assertReadable(requiredPermissions)
    const checked = looksLikeApiKey(token)
      ? await checkApiKey(deps, token)
      : await checkAccessToken(deps, token)
    if (typeof checked === 'string') return rejected(checked)
    const granted: ReadonlySet<string> = new Set(checked.permissions)
    const missingPermissions = [...new Set(requiredPermissions)].filter((required) => !granted.has(required))
    const active = missingPermissions.length === 0
    return { active, reason: active ? null : 'MISSING_PERMISSIONS', facts: checked, missingPermissions }
  }
}

async function checkAccessToken(deps: VerifyTokenDeps, token: string): Promise<TokenFacts | TokenRejection> {
  const verdict = await deps.verifier.verify(token)
  if (verdict.rejection !== null) return verdict.rejection
  const { claims } = verdict
  if (await deps.revocations.isRevoked(claims)) return findRevocationReason(deps, claims)
  deps.sessionUses.note(claims)
  const { tokenId, userId: subject, sessionId, tenantId, role, accessRoles, scopes } = claims
  const { amr, authTime, issuedAt, expiresAt } = claims
  return {
    kind: 'ACCESS_TOKEN',
    tokenId,
    subject,
    sessionId,
    tenantId,
    role,
    accessRoles,
    permissions: [...permissionsOf(role, tenantId), ...applicationPermissions(scopes)],
    authenticationMethods: amr,
    assuranceLevel: assuranceLevelOf(amr),
    authenticatedAt: authTime,
    issuedAt,
    expiresAt,
  }
}

/** The token is revoked. If the database is available, it shows whether the user is disabled as a whole. */
async function findRevocationReason(
  deps: VerifyTokenDeps,
  { userId }: AccessTokenClaims,
): Promise<TokenRejection> {
  try {
    const user = await deps.users.findById(userId)
    const disabled = user === null || !user.active || isLocked(user, deps.clock.now())
    return disabled ? 'USER_DISABLED' : 'REVOKED'
  } catch {
    return 'REVOKED'
  }
}

const apiKeyRejections: Readonly<Record<ApiKeyRejection, TokenRejection>> = {
  MALFORMED: 'MALFORMED',
  UNKNOWN: 'BAD_SIGNATURE',
  REVOKED: 'REVOKED',
  EXPIRED: 'EXPIRED',
  USER_DISABLED: 'USER_DISABLED',
}

async function checkApiKey(deps: VerifyTokenDeps, text: string): Promise<TokenFacts | TokenRejection> {
  const verdict = await deps.checkApiKey(text)
  if (verdict.rejection !== null) return apiKeyRejections[verdict.rejection]
  const { key, owner, permissions, accessPermissions } = verdict
  deps.apiKeyUses.note(key)
  return {
    kind: 'API_KEY',
    tokenId: key.id,
    subject: owner.id,
    sessionId: null,
    tenantId: owner.tenantId,
    role: null,
    accessRoles: [],
    permissions: [...permissions, ...accessPermissions],
    authenticationMethods: [],
    assuranceLevel: null,
    authenticatedAt: null,
    issuedAt: key.createdAt,
    expiresAt: key.expiresAt,
  }
}

function assertReadable(requiredPermissions: readonly string[]): void {
  if (requiredPermissions.length > maxRequired)
    throw new BadArgumentError(`requiredPermissions must have at most ${maxRequired} entries.`)
  if (requiredPermissions.some((permission) => permission === '' || permission.length > maxPermissionLength))
    throw new BadArgumentError(
      `Each of requiredPermissions must have 1 to ${maxPermissionLength} characters.`,
    )
}

function rejected(reason: TokenRejection): TokenVerdict {
  return { active: false, reason, facts: null, missingPermissions: [] }
}
