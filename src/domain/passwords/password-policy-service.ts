import type { Logger } from '../../lib/logger.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { BreachChecker } from './breach-checker.ts'
import {
  adviceFor,
  isOverlong,
  type PasswordRequirement,
  type PasswordVerdict,
  unmetForm,
} from './password-policy.ts'
import { overrideRules, type PasswordRules } from './password-rules.ts'
import type { PasswordScorer } from './password-scorer.ts'
import { isPersonal, type PersonalFacts, personalWords } from './personal-words.ts'

export interface PasswordPolicyServiceDeps {
  /** The rules of tenants that have none of their own. */
  readonly rules: PasswordRules
  /** Names of the product and its host: no password is built from them. */
  readonly productWords: readonly string[]
  readonly scorer: PasswordScorer
  /** Null: no list of breached passwords is asked. */
  readonly breaches: BreachChecker | null
  readonly logger: Logger
}

/** The one engine behind register, reset, change, checkPasswordStrength and generatePassword. */
export class PasswordPolicyService {
  readonly #deps: PasswordPolicyServiceDeps

  constructor(deps: PasswordPolicyServiceDeps) {
    this.#deps = deps
  }

  /** The tenant's own rules over the configuration's. */
  rulesOf(tenant: Pick<Tenant, 'slug' | 'passwordPolicy'>): PasswordRules {
    const { rules, ignored } = overrideRules(this.#deps.rules, tenant.passwordPolicy)
    if (ignored.length > 0) {
      this.#deps.logger.warn({ tenant: tenant.slug, ignored }, 'password rules of a tenant are not usable')
    }
    return rules
  }

  /**
   * Judges a normalised password. One that is too long is not looked at any further.
   * Throws UnavailableError when too many passwords are being scored already.
   */
  async judge(password: string, rules: PasswordRules, facts: PersonalFacts): Promise<PasswordVerdict> {
    if (isOverlong(password, rules))
      return verdict(['MAX_LENGTH'], rules, { score: 0, suggestions: [] }, null)
    const words = personalWords({ ...facts, others: [...(facts.others ?? []), ...this.#deps.productWords] })
    const [scored, breached] = await Promise.all([
      this.#deps.scorer.score(password, words),
      rules.rejectBreached ? (this.#deps.breaches?.isBreached(password) ?? null) : null,
    ])
    const unmet: PasswordRequirement[] = [...unmetForm(password, rules)]
    if (scored.score < rules.minScore) unmet.push('MIN_SCORE')
    if (breached === true) unmet.push('NOT_BREACHED')
    if (isPersonal(password, words)) unmet.push('NOT_PERSONAL')
    return verdict(unmet, rules, scored, breached)
  }
}

function verdict(
  unmet: readonly PasswordRequirement[],
  rules: PasswordRules,
  scored: { readonly score: number; readonly suggestions: readonly string[] },
  breached: boolean | null,
): PasswordVerdict {
  const advice = unmet.map((requirement) => adviceFor(requirement, rules))
  return {
    acceptable: unmet.length === 0,
    score: scored.score,
    unmet,
    suggestions: [...new Set([...advice, ...scored.suggestions])],
    breached,
  }
}
