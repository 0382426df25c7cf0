import { hmacSha256, sha256, toHex } from '../../lib/crypto/digest.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { AuditEvent } from './audit-event.ts'
import { detailsWithoutTexts, keepCode, reasonWithoutTexts } from './event-texts.ts'

/** The head of a chain without lines. */
export const noHead: Uint8Array<ArrayBuffer> = new Uint8Array(32)

const digestBytes = 16

/**
 * Converts events into lines. Each line holds the SHA-256 of the line before it. A line holds ids, codes, and keyed
 * digests of everything else: with the key it is possible to test whether an event has a certain address, but no one
 * can read the address. Therefore nothing has to be removed from the archive when an account is deleted, and the
 * chain stays intact.
 */
export class ArchiveChain {
  readonly #key: Uint8Array
  readonly #keyId: string
  #head: Uint8Array<ArrayBuffer>

  /** @param key HMAC key of the digests @param head SHA-256 of the line before the first one */
  constructor(key: Uint8Array, head: Uint8Array<ArrayBuffer>) {
    this.#key = key
    this.#keyId = this.#digest('key', 'id').slice(0, 8)
    this.#head = head
  }

  /** SHA-256 of the last line. */
  get head(): Uint8Array<ArrayBuffer> {
    return this.#head
  }

  /** Appends an event to the chain. Returns its line, without a line break. */
  append(event: AuditEvent): string {
    const hide = (kind: string, text: string) => this.#digestOf(kind, text)
    const { requestId } = event
    const line = JSON.stringify({
      id: event.id,
      at: event.createdAt.toISOString(),
      type: event.type,
      tenantId: event.tenantId,
      userId: event.userId,
      actorId: event.actorId,
      sessionId: event.sessionId,
      addressDigest: this.#digestOf('address', event.ipAddress),
      agentDigest: this.#digestOf('agent', event.userAgent),
      requestId: requestId === null ? null : keepCode('request', requestId, hide),
      reason: reasonWithoutTexts(event, hide),
      details: detailsWithoutTexts(event.details, hide),
      digestKey: this.#keyId,
      previous: toHex(this.#head),
    })
    this.#head = sha256(line)
    return line
  }

  #digestOf(kind: string, value: string | null): string | null {
    return value === null ? null : `hmac:${this.#digest(kind, value)}`
  }

  #digest(kind: string, value: string): string {
    const digest = hmacSha256(this.#key, `${kind} ${value}`).subarray(0, digestBytes)
    return toHex(digest)
  }
}

/** The digest of the previous line that a line contains, in hex; null if the text is not a line of an archive. */
export function previousOf(line: Uint8Array): string | null {
  const text = textOf(line, 'previous')
  return text !== null && /^[0-9a-f]{64}$/.test(text) ? text : null
}

/** The event id of a line; null if the text is not a line of an archive. */
export function idOf(line: Uint8Array): string | null {
  const id = textOf(line, 'id')
  return isUuid(id) ? id : null
}

function textOf(line: Uint8Array, name: string): string | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(line).toString())
    const value: unknown = parsed instanceof Object ? Reflect.get(parsed, name) : null
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}
