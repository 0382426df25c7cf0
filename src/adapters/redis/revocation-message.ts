import type { AccessRevocation, Revocation, TenantRevocation } from '../../domain/tokens/revocation.ts'
import { isObject, parseJson } from '../../lib/text/json.ts'

/** The format of revocations between processes: JSON with a version, so that old and new processes can communicate. */
export function writeRevocations(revocations: readonly Revocation[]): string {
  return JSON.stringify({ version: 1, revocations })
}

/** The valid revocations of a message; null if it is malformed. Messages of a channel are untrusted input. */
export function readRevocations(message: string): readonly Revocation[] | null {
  const parsed = parseJson(message)
  if (!isObject(parsed) || parsed.version !== 1 || !Array.isArray(parsed.revocations)) return null
  return parsed.revocations.flatMap(readRevocation)
}

function readRevocation(entry: unknown): Revocation[] {
  if (!isObject(entry) || typeof entry.expiresAt !== 'string') return []
  const expiresAt = new Date(entry.expiresAt)
  if (Number.isNaN(expiresAt.getTime())) return []
  const { kind, sessionId, userId, minimumTokenVersion, tokenId, apiKeyId } = entry
  if (kind === 'SESSION' && typeof sessionId === 'string') return [{ kind, sessionId, expiresAt }]
  if (kind === 'TOKEN' && typeof tokenId === 'string') return [{ kind, tokenId, expiresAt }]
  if (kind === 'API_KEY' && typeof apiKeyId === 'string') return [{ kind, apiKeyId, expiresAt }]
  if (kind === 'USER' && typeof userId === 'string' && Number.isSafeInteger(minimumTokenVersion)) {
    return [{ kind, userId, minimumTokenVersion: Number(minimumTokenVersion), expiresAt }]
  }
  const change = kind === 'ACCESS' ? readAccess(entry) : kind === 'TENANT' ? readTenant(entry) : null
  return change === null ? [] : [{ ...change, expiresAt }]
}

function readAccess({
  tenantId,
  role,
  minimumAccessVersion,
}: Readonly<Record<string, unknown>>): AccessRevocation | null {
  if (!isTextOrNull(tenantId) || !isTextOrNull(role) || !Number.isSafeInteger(minimumAccessVersion))
    return null
  return { kind: 'ACCESS', tenantId, role, minimumAccessVersion: Number(minimumAccessVersion) }
}

function readTenant({
  tenantId,
  tenantVersion,
  issuedBefore,
}: Readonly<Record<string, unknown>>): TenantRevocation | null {
  if (typeof tenantId !== 'string' || !Number.isSafeInteger(tenantVersion) || !isTextOrNull(issuedBefore))
    return null
  const before = issuedBefore === null ? null : new Date(issuedBefore)
  if (before !== null && Number.isNaN(before.getTime())) return null
  return { kind: 'TENANT', tenantId, tenantVersion: Number(tenantVersion), issuedBefore: before }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}
