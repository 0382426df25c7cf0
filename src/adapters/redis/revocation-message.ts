import type { Revocation } from '../../domain/tokens/revocation.ts'
import { isObject, parseJson } from '../../lib/json.ts'

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
  return []
}
