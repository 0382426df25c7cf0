import type { BreachChecker } from './breach-checker.ts'
import {
  adviceFor,
  isOverlong,
  type PasswordRequirement,
  type PasswordVerdict,
  unmetForm,
} from './password-policy.ts'
import type { PasswordRules } from './password-rules.ts'
import type { PasswordScorer, ScoringPurpose } from './password-scorer.ts'
import { isPersonal, type PersonalFacts, personalWords } from './personal-words.ts'

export interface PasswordPolicyServiceDeps {
  /** Names of the product and its host, which passwords must not be built from. */
  readonly productWords: readonly string[]
  readonly scorer: PasswordScorer
  /** Null: passwords are not compared with a list of breached ones. */
  readonly breaches: BreachChecker | null
}

/** Judges passwords for all use cases: register, reset, change, checkPasswordStrength and generatePassword. */
export class PasswordPolicyService {
  readonly #deps: PasswordPolicyServiceDeps

  constructor(deps: PasswordPolicyServiceDeps) {
    this.#deps = deps
  }

  /**
   * Judges a normalised password. A password that is too long is refused without scoring.
   * @throws UnavailableError if too many passwords are being scored
   */
  async judge(
    password: string,
    rules: PasswordRules,
    facts: PersonalFacts,
    purpose: ScoringPurpose,
  ): Promise<PasswordVerdict> {
    if (isOverlong(password, rules))
      return verdict(['MAX_LENGTH'], rules, { score: 0, suggestions: [] }, null)
    const words = personalWords({ ...facts, others: [...(facts.others ?? []), ...this.#deps.productWords] })
    const [scored, breached] = await Promise.all([
      this.#deps.scorer.score(password, words, purpose),
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
