/** Whoever a budget by identifier counts, as parts of its counter's key. */
export type LimitIdentifier = readonly string[]

/** No identifier is longer once it is normalised; whatever comes after cannot name anybody. */
const maxUnits = 1016

/** Whoever is signed in as: an e-mail address or a username of one tenant, in any case and any spelling of Unicode. */
export function accountIdentifier(tenantSlug: string, written: string): LimitIdentifier {
  return ['account', tenantSlug, folded(written)]
}

/**
 * The same from a device that carries an authentic device token: strangers who use up the budget of an identifier leave
 * that of its owner's devices. Of which account the token is, nobody asks here, since that would want the database: whoever
 * brings tokens of his own accounts gets more calls, and with them no more guesses, for those are counted per account
 * and such a device is a stranger there.
 */
export function deviceIdentifier(deviceId: string, tenantSlug: string, written: string): LimitIdentifier {
  return ['device', deviceId, tenantSlug, folded(written)]
}

/**
 * The mailbox that a mail goes to. Of no tenant: a mailbox that is flooded does not mind which tenants were named, and a
 * list of tenants would be a list of budgets.
 */
export function mailIdentifier(written: string): LimitIdentifier {
  return ['mailbox', folded(written)]
}

/** The form that normaliseEmail and usernameKey give to what they accept; whatever they refuse is counted as well. */
function folded(written: string): string {
  return written.slice(0, maxUnits).trim().normalize('NFC').toLowerCase().normalize('NFC')
}
