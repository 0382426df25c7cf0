import { normaliseEmail } from '../../lib/text/email-address.ts'
import { trimPasted } from '../../lib/text/pasted-text.ts'
import { normaliseSlug } from '../../lib/text/slug.ts'

/** The subject of a budget by identifier, as parts of the key of its counter. */
export type LimitIdentifier = readonly string[]

/**
 * Maximum length of an identifier in UTF-16 code units. Normalised identifiers are never longer, so the rest is
 * ignored.
 */
const maxLength = 1016

/** The identifier of a login: an e-mail address or username of one tenant, without regard to case and Unicode form. */
export function accountIdentifier(tenantSlug: string, raw: string): LimitIdentifier {
  return ['account', normaliseSlug(tenantSlug), fold(raw)]
}

/**
 * The identifier of a login from a device with an authentic device token. It has a budget of its own, so that an
 * attacker who exhausts the budget of the identifier does not lock out the devices of the owner. The token's account
 * is not checked here, to avoid a database query: a caller with tokens of other accounts gets more calls, but no more
 * guesses, since guesses are counted per account, and there the device is unknown.
 */
export function deviceIdentifier(deviceId: string, tenantSlug: string, raw: string): LimitIdentifier {
  return ['device', deviceId, normaliseSlug(tenantSlug), fold(raw)]
}

/**
 * The identifier of a mailbox that receives a mail. The tenant is not part of it: a flooded mailbox receives the
 * mails of all tenants, and a caller could otherwise multiply the budget by naming tenants.
 */
export function mailIdentifier(raw: string): LimitIdentifier {
  return ['mailbox', fold(raw)]
}

/**
 * The form that normaliseEmail and usernameKey give to valid identifiers; invalid ones are counted in this form, too.
 * Blanks are removed first, as the use cases do: otherwise they would hide the identifier, and each number of them would have a
 * budget of its own.
 */
function fold(raw: string): string {
  const text = trimPasted(raw).slice(0, maxLength)
  return normaliseEmail(text) ?? text.normalize('NFC').toLowerCase().normalize('NFC')
}
