import type { BudgetName, ChargedName, LimitSubject } from './limits.ts'

/** Budgets of mails that a call causes. */
export const mailBudgets: ReadonlySet<BudgetName> = new Set(['mailAddress', 'mailIdentifier'])
/**
 * Budgets that several callers share, in the order in which they are charged after the budgets of the caller. The one of the tenant
 * comes first, so that text messages that a tenant refuses use up nothing of the installation.
 */
export const sharedBudgets: readonly (readonly ChargedName[])[] = [
  ['tenant'],
  ['loginIdentifier', 'mailIdentifier', 'smsNumber'],
  ['smsPrefix'],
  ['smsTotal'],
]
/** Budgets of which callers learn nothing while they admit calls: they would reveal the volume of the installation or the tenant. */
export const hiddenBudgets: ReadonlySet<ChargedName> = new Set(['smsPrefix', 'smsTotal', 'tenant'])
/** Subjects that an API key with a limit of its own replaces. */
export const viewerSubjects: ReadonlySet<LimitSubject> = new Set(['viewer', 'viewerOrAddress'])
