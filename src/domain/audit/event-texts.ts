import { isUuid } from '../../lib/ids/uuid.ts'
import type { JsonObject, JsonValue } from '../../lib/text/json.ts'
import { isObject } from '../../lib/text/json.ts'
import type { AuditEvent } from './audit-event.ts'

/** Codes that are defined in the source, such as reasons. Names and addresses of people do not match. */
const code = /^[A-Z][A-Z0-9_]{0,63}$/
/** Details whose text always comes from a user. */
const userDetails: ReadonlySet<string> = new Set(['name'])
/** Details whose text always comes from the source. */
const codeDetails: ReadonlySet<string> = new Set(['budget', 'field'])

/** Replaces a text that a person may have written. `kind` says where it stands. */
export type HideText = (kind: string, text: string) => string | null

/** The reason of an event. That of an action on another user can be free text that the actor wrote, for example a name. */
export function reasonWithoutTexts({ actorId, userId, reason }: AuditEvent, hide: HideText): string | null {
  if (reason === null) return null
  const byAnother = actorId !== null && actorId !== userId
  return byAnother ? hide('reason', reason) : keepCode('reason', reason, hide)
}

/** The details of an event: numbers, switches, ids and codes stay. */
export function detailsWithoutTexts(details: JsonObject, hide: HideText): JsonObject {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, hideDetail(name, value, hide)]),
  )
}

/** The text if it is a code or an id, otherwise what replaces it. */
export function keepCode(kind: string, text: string, hide: HideText): string | null {
  return code.test(text) || isUuid(text) ? text : hide(kind, text)
}

function hideDetail(name: string, value: JsonValue, hide: HideText): JsonValue {
  if (codeDetails.has(name)) return value
  return userDetails.has(name) && typeof value === 'string' ? hide('details', value) : hideValue(value, hide)
}

function hideValue(value: JsonValue, hide: HideText): JsonValue {
  if (typeof value === 'string') return keepCode('details', value, hide)
  if (Array.isArray(value)) return value.map((item: JsonValue) => hideValue(item, hide))
  return isObject(value) ? detailsWithoutTexts(value, hide) : value
}
