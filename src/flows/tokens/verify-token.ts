import { permissionsOf } from '../../domain/access/permissions.ts'
import { looksLikeApiKey } from '../../domain/api-keys/api-key.ts'
import { BadArgumentError } from '../../domain/refusals.ts'
import type { AccessTokenClaims } from '../../domain/tokens/access-token.ts'
import type { TokenFacts, TokenRejection, TokenVerdict } from '../../domain/tokens/token-verdict.ts'
import { isLocked } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { ApiKeyRejection } from '../steps/check-api-key.ts'

type VerifyTokenDeps = Pick<
  FlowDeps,
  'verifier' | 'revocations' | 'checkApiKey' | 'apiKeyUses' | 'users' | 'clock'
>

export type VerifyToken = (token: string, requiredPermissions?: readonly string[]) => Promise<TokenVerdict>

const maxRequired = 50
const maxPermissionLength = 100

/**
 * Whether a service may go by an access token or API key that somebody has shown it, and whose it is. Asks what
 * authentication asks, so that no service accepts what this one would refuse.
 * @throws BadArgumentError; what a store throws when it had to be asked and cannot answer: nothing is accepted on a guess
 */
export function createVerifyToken(deps: VerifyTokenDeps): VerifyToken {
  return async (token, requiredPermissions = []) => {
    assertReadable(requiredPermissions)
    const checked = looksLikeApiKey(token)
      ? await checkApiKey(deps, token)
      : await checkAccessToken(deps, token)
    if (typeof checked === 'string') return rejected(checked)
    const granted: ReadonlySet<string> = new Set(checked.permissions)
    const missingPermissions = [...new Set(requiredPermissions)].filter((wanted) => !granted.has(wanted))
    const active = missingPermissions.length === 0
    return { active, reason: active ? null : 'MISSING_PERMISSIONS', facts: checked, missingPermissions }
  }
}

async function checkAccessToken(deps: VerifyTokenDeps, token: string): Promise<TokenFacts | TokenRejection> {
  const verdict = await deps.verifier.verify(token)
  if (verdict.rejection !== null) return verdict.rejection
  const { claims } = verdict
  if (await deps.revocations.isRevoked(claims)) return whyRevoked(deps, claims)
  const { tokenId, userId: subject, sessionId, tenantId, role, issuedAt, expiresAt } = claims
  const permissions = permissionsOf(role, tenantId)
  return {
    kind: 'ACCESS_TOKEN',
    tokenId,
    subject,
    sessionId,
    tenantId,
    role,
    permissions,
    issuedAt,
    expiresAt,
  }
}

/** That it is refused is known by now; the database, if it can be asked, says whether its user is out altogether. */
async function whyRevoked(deps: VerifyTokenDeps, { userId }: AccessTokenClaims): Promise<TokenRejection> {
  try {
    const user = await deps.users.findById(userId)
    const out = user === null || !user.active || isLocked(user, deps.clock.now())
    return out ? 'USER_DISABLED' : 'REVOKED'
  } catch {
    return 'REVOKED'
  }
}

const ofApiKey: Readonly<Record<ApiKeyRejection, TokenRejection>> = {
  MALFORMED: 'MALFORMED',
  UNKNOWN: 'BAD_SIGNATURE',
  REVOKED: 'REVOKED',
  EXPIRED: 'EXPIRED',
  USER_DISABLED: 'USER_DISABLED',
}

async function checkApiKey(deps: VerifyTokenDeps, text: string): Promise<TokenFacts | TokenRejection> {
  const verdict = await deps.checkApiKey(text)
  if (verdict.rejection !== null) return ofApiKey[verdict.rejection]
  const { key, owner, permissions } = verdict
  deps.apiKeyUses.note(key)
  return {
    kind: 'API_KEY',
    tokenId: key.id,
    subject: owner.id,
    sessionId: null,
    tenantId: owner.tenantId,
    role: null,
    permissions,
    issuedAt: key.createdAt,
    expiresAt: key.expiresAt,
  }
}

function assertReadable(requiredPermissions: readonly string[]): void {
  if (requiredPermissions.length > maxRequired)
    throw new BadArgumentError(`requiredPermissions: at most ${maxRequired}.`)
  if (requiredPermissions.some((permission) => permission === '' || permission.length > maxPermissionLength))
    throw new BadArgumentError(`requiredPermissions: each has 1 to ${maxPermissionLength} characters.`)
}

function rejected(reason: TokenRejection): TokenVerdict {
  return { active: false, reason, facts: null, missingPermissions: [] }
}
