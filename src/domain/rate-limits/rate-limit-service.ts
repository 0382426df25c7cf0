import { CounterKeys } from '../../lib/crypto/counter-keys.ts'
import { clientNetwork } from '../../lib/network/client-network.ts'
import type { Alerts } from '../alerts/alert.ts'
import type { Origin } from '../origin/origin.ts'
import type { RateLimitedProblem } from '../problems.ts'
import { hiddenBudgets, mailBudgets, sharedBudgets, viewerSubjects } from './budget-groups.ts'
import type { ChargeCounter } from './charge-counter.ts'
import type { LimitRefusal } from './limit-refusal.ts'
import type { BudgetStanding, LimitReport } from './limit-report.ts'
import type { Caller, LimitedCall, LimitedText } from './limited-call.ts'
import {
  type BudgetName,
  type Budgets,
  budgetSubjects,
  type ChargedName,
  type Limit,
  limits,
} from './limits.ts'
import type { Charge } from './rate-limiter.ts'
import { tenantCharge } from './tenant-limits.ts'
import { textSpending } from './text-spending.ts'

type TextTarget = Pick<LimitedText, 'phoneNumber' | 'phonePrefix'>

export interface RateLimitsDeps {
  /** Null: rate limits are off. */
  readonly budgets: Budgets | null
  readonly counter: ChargeCounter
  /** Key of the HMAC that gives the keys of counters. */
  readonly key: Uint8Array
  /** Whether budgets per address do not apply to an address. */
  isExempt(address: string): boolean
  /** Whether `register` sends mails; only then is it charged to the budgets of mails. */
  readonly registrationMails: boolean
  /** Called with each refusal of a budget, except the one of a session. It must never throw and never wait. */
  refused(refusal: LimitRefusal): void
  readonly alerts: Alerts
}

const allShared: ReadonlySet<ChargedName> = new Set(sharedBudgets.flat())

/** The limit of requests that resolve no field, such as those that cannot be parsed. */
const noField: Limit = { name: 'noField', budgets: [] }

/**
 * Charges calls to their budgets: those that the field declares, and `all`. The budgets of the caller are charged in
 * parallel, then the shared ones. Therefore a caller whose own budget is exhausted cannot use up shared budgets,
 * and cannot create counters for invented identifiers. A call is refused if any budget refuses it; charges to other
 * budgets remain.
 */
export class RateLimits {
  readonly #deps: RateLimitsDeps
  readonly #keys: CounterKeys

  constructor(deps: RateLimitsDeps) {
    this.#deps = deps
    this.#keys = new CounterKeys(deps.key)
  }

  /**
   * Charges a call. @throws RateLimitedProblem; UnavailableError if a call that checks credentials cannot be counted
   */
  async charge(call: LimitedCall): Promise<void> {
    const { budgets } = this.#deps
    if (budgets === null) return
    const refusal = await this.#consume(call, this.#chargesOf(call, budgets))
    if (refusal === null) return
    call.report.noteRefusal(refusal.problem.retryAfterSeconds, refusal.name)
    throw refusal.problem
  }

  /**
   * Charges a call that is refused anyway, without waiting for the counters. Returns false and charges nothing if this
   * process knows that a budget is used up: the operation must then be executed, so that its answer contains the time to wait.
   */
  chargeRefused(call: LimitedCall): boolean {
    const { budgets } = this.#deps
    if (budgets === null) return true
    const charges = this.#chargesOf(call, budgets)
    if (this.#isKnownRefused(charges)) return false
    call.report.noteCall()
    void this.#consumeInTurn(charges)
    return true
  }

  /**
   * Charges a text message. It costs money, so it is refused if it cannot be counted. The caller of the field is charged by
   * `charge`. @throws RateLimitedProblem, UnavailableError
   */
  async chargeTextMessage({ caller, report, tenantBudgets, ...text }: LimitedText): Promise<void> {
    const { budgets, key } = this.#deps
    const limit = limits.textMessage
    const call = { limit, caller, identifier: null, checksCredentials: true, report }
    const ordinary =
      budgets === null ? [] : limit.budgets.flatMap((name) => this.#chargeOf(name, call, budgets, text))
    const tenantId = caller.viewer?.tenantId ?? null
    const ofTenant =
      tenantId === null ? null : tenantCharge(key, { limit: 'textMessage', tenantId, budgets: tenantBudgets })
    const charges = ofTenant === null ? ordinary : [...ordinary, ofTenant]
    const standings = await this.#consumeInTurn(charges)
    const refusal = this.#noteStandings(standings, call)
    const spending = textSpending(standings)
    if (spending !== null) this.#deps.alerts.raise('TEXT_MESSAGES_SPENT', { ...spending })
    if (refusal !== null) throw refusal.problem
    if (standings.includes(null)) this.#deps.counter.admitUncounted(true)
  }

  /** Charges a request that ended before any field was resolved. @throws RateLimitedProblem */
  async chargeRequest(origin: Origin, report: LimitReport): Promise<void> {
    const caller = { origin, viewer: null }
    await this.charge({ limit: noField, caller, identifier: null, checksCredentials: false, report })
  }

  /**
   * Charges a refresh, and usually in the same turn the budget of its session. Returns the refusal by the latter, or null,
   * instead of throwing, since a repetition of a refresh is free. Null instead of the family: no session is known.
   * @throws RateLimitedProblem if another budget refuses
   */
  async chargeRefresh(call: LimitedCall, familyHash: Uint8Array | null): Promise<RateLimitedProblem | null> {
    const { budgets, counter } = this.#deps
    if (budgets === null) return null
    const charges = this.#chargesOf(call, budgets)
    const charge = familyHash === null ? null : this.#sessionCharge(familyHash, budgets)
    // If another budget probably refuses the call, the session is charged after that budget has admitted it.
    const isPostponed = this.#isKnownRefused(charges)
    const [[early = null], refusal] = await Promise.all([
      counter.consume(charge === null || isPostponed ? [] : [charge]),
      this.#consume(call, charges),
    ])
    if (refusal !== null) {
      if (charge !== null && early?.verdict.admitted === true) await counter.refund(charge)
      call.report.noteRefusedBy(refusal.name)
      throw refusal.problem
    }
    if (charge === null) return null
    const [standing = null] = isPostponed ? await counter.consume([charge]) : [early]
    if (standing === null) counter.admitUncounted(false)
    else call.report.noteStanding(standing)
    return counter.refusalOf([standing])?.problem ?? null
  }

  /** Refunds the charge of the session for a refresh that turned out to be a repetition. Never throws. */
  async refundSession(familyHash: Uint8Array, report: LimitReport): Promise<void> {
    const { budgets, counter } = this.#deps
    if (budgets === null) return
    const charge = this.#sessionCharge(familyHash, budgets)
    report.noteRefund(charge.name)
    await counter.refund(charge)
  }

  /** Whether this process knows, without asking the counters, that a budget refuses a call. */
  #isKnownRefused(charges: readonly Charge[]): boolean {
    return charges.some((charge) => this.#deps.counter.isUsedUp(charge))
  }

  /**
   * Charges a call and reports it. Returns the refusal, or null.
   * @throws UnavailableError if a call that checks credentials cannot be counted
   */
  async #consume(call: LimitedCall, charges: readonly Charge[]) {
    call.report.noteCall()
    const standings = await this.#consumeInTurn(charges)
    const refusal = this.#noteStandings(standings, call)
    if (refusal === null && standings.includes(null))
      this.#deps.counter.admitUncounted(call.checksCredentials)
    return refusal
  }

  #chargesOf(call: LimitedCall, budgets: Budgets): readonly Charge[] {
    const skipsMails = call.limit.name === 'register' && !this.#deps.registrationMails
    const names: readonly BudgetName[] = [...call.limit.budgets, 'all', 'unknownAddress']
    const own = this.#ownCharge(call.caller)
    const charges = names.flatMap((name) => {
      if (own !== null && viewerSubjects.has(budgetSubjects[name])) return []
      return skipsMails && mailBudgets.has(name) ? [] : this.#chargeOf(name, call, budgets, null)
    })
    return own === null ? charges : [own, ...charges]
  }

  /** The charge to one budget; none if the budget does not apply to the call. */
  #chargeOf(
    name: BudgetName,
    call: LimitedCall,
    budgets: Budgets,
    text: TextTarget | null,
  ): readonly Charge[] {
    const counted = this.#countedBy(name, call, text)
    if (counted === null) return []
    return [{ name, budget: budgets[name], key: this.#keys.of(name, ...counted) }]
  }

  /**
   * The charge of an API key with a limit of its own, which replaces all budgets per viewer. Null for other callers.
   */
  #ownCharge({ viewer }: Caller): Charge | null {
    if (viewer?.kind !== 'API_KEY' || viewer.budget === null) return null
    const key = this.#keys.of('apiKey', viewer.apiKeyId)
    return { name: 'apiKey', budget: viewer.budget, key }
  }

  /** The subject of a budget for this call, as parts of a key; null if the budget does not apply. */
  #countedBy(
    name: BudgetName,
    { caller, identifier }: LimitedCall,
    text: TextTarget | null,
  ): readonly string[] | null {
    const viewer = viewerPartsOf(caller)
    switch (budgetSubjects[name]) {
      case 'unknownAddress':
        return caller.origin.address === null ? ['unknownAddress'] : null
      case 'address':
        return this.#addressOf(caller)
      case 'viewer':
        return viewer
      case 'viewerOrAddress':
        return viewer ?? this.#addressOf(caller)
      case 'identifier':
        return identifier
      case 'phoneNumber':
        return text === null ? null : ['phone', text.phoneNumber]
      case 'phonePrefix':
        return text === null ? null : ['phonePrefix', text.phonePrefix]
      case 'installation':
        return ['installation']
      case 'session':
        return null
    }
  }

  #addressOf({ origin: { address } }: Caller): readonly string[] | null {
    if (address === null || this.#deps.isExempt(address)) return null
    return ['address', clientNetwork(address)]
  }

  #sessionCharge(familyHash: Uint8Array, budgets: Budgets): Charge {
    const family = Buffer.from(familyHash).toString('base64url')
    return {
      name: 'refresh',
      budget: budgets.refresh,
      key: this.#keys.of('refresh', 'session', family),
    }
  }

  /** Charges the budgets of the caller, then the shared ones, and stops after a refusal. */
  async #consumeInTurn(charges: readonly Charge[]): Promise<readonly (BudgetStanding | null)[]> {
    const { counter } = this.#deps
    const standings = [...(await counter.consume(charges.filter(({ name }) => !allShared.has(name))))]
    for (const names of sharedBudgets) {
      const shared = charges.filter(({ name }) => names.includes(name))
      if (shared.length === 0) continue
      if (standings.some((standing) => standing?.verdict.admitted === false)) break
      standings.push(...(await counter.consume(shared)))
    }
    return standings
  }

  /** Reports the state of the budgets, and a refusal. Returns the refusal. */
  #noteStandings(standings: readonly (BudgetStanding | null)[], call: LimitedCall) {
    for (const standing of standings)
      if (standing !== null && !hiddenBudgets.has(standing.name)) call.report.noteStanding(standing)
    const refusal = this.#deps.counter.refusalOf(standings)
    if (refusal !== null) this.#report(refusal.name, call)
    return refusal
  }

  #report(budget: ChargedName, { limit, caller: { origin, viewer } }: LimitedCall): void {
    const { userId = null, tenantId = null } = viewer ?? {}
    const sessionId = viewer?.kind === 'USER' ? viewer.sessionId : null
    this.#deps.refused({ budget, field: limit.name, origin, userId, tenantId, sessionId })
  }
}

/** The viewer as parts of a key. An API key is counted separately from its owner. */
function viewerPartsOf({ viewer }: Caller): readonly string[] | null {
  if (viewer === null) return null
  return viewer.kind === 'API_KEY' ? ['apiKey', viewer.apiKeyId] : ['user', viewer.userId]
}
