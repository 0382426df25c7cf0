import { hmacSha256, sha256 } from '../../lib/digest.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import { isObject } from '../../lib/json.ts'
import { isUuid } from '../../lib/uuid.ts'
import type { AuditEvent } from './audit-event.ts'

/** What stands in for the head of a chain that has no line yet. */
export const noHead: Uint8Array<ArrayBuffer> = new Uint8Array(32)

const digestBytes = 16
/** Text that the program has chosen, such as reasons: people, addresses and names do not look like that. */
const word = /^[A-Z][A-Z0-9_]{0,63}$/
/** Details whose text is always a person's. */
const freeDetails: ReadonlySet<string> = new Set(['name'])
/** Details whose text is always the program's. */
const wordyDetails: ReadonlySet<string> = new Set(['budget', 'field'])

/**
 * KeyedMutex events into lines, each of which holds the SHA-256 of the line before. A line holds ids, words of the program and
 * keyed digests of everything else: whoever has the key can ask whether it was this address, nobody can read which it was.
 * So nothing has to be taken out of it when a person is deleted, and the chain stays whole.
 */
export class ArchiveChain {
  readonly #key: Uint8Array
  readonly #keyId: string
  #head: Uint8Array<ArrayBuffer>

  /** @param key of the digests @param head of the line before the first */
  constructor(key: Uint8Array, head: Uint8Array<ArrayBuffer>) {
    this.#key = key
    this.#keyId = this.#digest('key', 'id').slice(0, 8)
    this.#head = head
  }

  /** SHA-256 of the last line. */
  get head(): Uint8Array<ArrayBuffer> {
    return this.#head
  }

  /** The next line, without the end of it. */
  append(event: AuditEvent): string {
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
      requestId: this.#wordOrDigest('request', event.requestId),
      reason: this.#reasonOf(event),
      details: this.#hide(event.details),
      digestKey: this.#keyId,
      previous: Buffer.from(this.#head).toString('hex'),
    })
    this.#head = sha256(line)
    return line
  }

  /** Whoever did it to somebody else may have written it himself: a name, for example. */
  #reasonOf({ actorId, userId, reason }: AuditEvent): string | null {
    const byAnother = actorId !== null && actorId !== userId
    return byAnother ? this.#digestOf('reason', reason) : this.#wordOrDigest('reason', reason)
  }

  #hide(details: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(details).map(([name, value]) => [name, this.#hideDetail(name, value)]),
    )
  }

  #hideDetail(name: string, value: JsonValue): JsonValue {
    if (wordyDetails.has(name)) return value
    return freeDetails.has(name) && typeof value === 'string'
      ? this.#digestOf('details', value)
      : this.#hideValue(value)
  }

  #hideValue(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.#wordOrDigest('details', value)
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.#hideValue(item))
    if (!isObject(value)) return value
    return this.#hide(value)
  }

  #wordOrDigest(kind: string, value: string | null): string | null {
    return value !== null && (word.test(value) || isUuid(value)) ? value : this.#digestOf(kind, value)
  }

  #digestOf(kind: string, value: string | null): string | null {
    return value === null ? null : `hmac:${this.#digest(kind, value)}`
  }

  #digest(kind: string, value: string): string {
    const digest = hmacSha256(this.#key, `${kind} ${value}`).subarray(0, digestBytes)
    return Buffer.from(digest).toString('hex')
  }
}

/** What a line says of the one before; null when it is no line of an archive. */
export function previousOf(line: Uint8Array): string | null {
  const text = textOf(line, 'previous')
  return text !== null && /^[0-9a-f]{64}$/.test(text) ? text : null
}

/** The event of a line; null when it is no line of an archive. */
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
