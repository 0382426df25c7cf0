import type { BudgetName, ChargedName, LimitSubject } from './limits.ts'
import type { Charge } from './rate-limiter.ts'

/** Budgets of mails that a call causes. */
export const mailBudgets: ReadonlySet<BudgetName> = new Set(['mailAddress', 'mailIdentifier'])
/**
 * Budgets that several callers share, in the order in which they are charged after the budgets of the caller. The one of the tenant
 * comes first, so that text messages that a tenant refuses use up nothing of the installation.
 */
const sharedBudgets: readonly (readonly ChargedName[])[] = [
  ['tenant'],
  ['loginIdentifier', 'mailIdentifier', 'smsNumber'],
  ['smsPrefix'],
  ['smsTotal'],
]
/** Budgets of which callers learn nothing while they admit calls: they would reveal the volume of the installation or the tenant. */
export const hiddenBudgets: ReadonlySet<ChargedName> = new Set(['smsPrefix', 'smsTotal', 'tenant'])
/** Subjects that an API key with a limit of its own replaces. */
export const viewerSubjects: ReadonlySet<LimitSubject> = new Set(['viewer', 'viewerOrAddress'])

const allShared: ReadonlySet<ChargedName> = new Set(sharedBudgets.flat())

/** The charges in the groups in which they count: the budgets of the caller, then the shared ones. No group is empty. */
export function inGroups(charges: readonly Charge[]): readonly (readonly Charge[])[] {
  const own = charges.filter(({ name }) => !allShared.has(name))
  const shared = sharedBudgets.map((names) => charges.filter(({ name }) => names.includes(name)))
  return [own, ...shared].filter(({ length }) => length > 0)
}
