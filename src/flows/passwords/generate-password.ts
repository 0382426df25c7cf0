import { z } from 'zod'
import type { Viewer } from '../../domain/access/viewer.ts'
import { generatePassword as randomPassword } from '../../domain/passwords/password-generator.ts'
import {
  lowestMinLength,
  maxPasswordLength,
  type PasswordRules,
} from '../../domain/passwords/password-rules.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { findTenant, unknownTenant } from '../steps/find-tenant.ts'
import { parseInput } from '../steps/input.ts'

const defaultLength = 20
/**
 * The policy refuses about one in a thousand random passwords of eight characters; ten refusals in a row do not
 * occur.
 */
const maxAttempts = 10

export interface GeneratePasswordInput {
  readonly length?: number | null | undefined
  readonly symbols: boolean
}

type GeneratePasswordDeps = Pick<FlowDeps, 'tenants' | 'passwordPolicy'>

/**
 * Generates a password that the policy of the viewer's tenant accepts; without a viewer, of the default tenant.
 * @throws InvalidInputProblem for a length that the policy does not accept
 */
export function createGeneratePassword(deps: GeneratePasswordDeps) {
  return async function generatePassword(
    raw: GeneratePasswordInput,
    viewer: Viewer | null,
  ): Promise<{ readonly password: string; readonly score: number }> {
    const tenant = await findTenant(deps.tenants, null, viewer)
    if (tenant === null) throw unknownTenant()
    const rules = tenant.rules.passwords
    const { length } = parseInput(inputRules(rules), raw)
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const password = randomPassword(rules, length ?? Math.max(defaultLength, rules.minLength), raw.symbols)
      const { acceptable, score } = await deps.passwordPolicy.judge(password, rules, {}, 'preview')
      if (acceptable) return { password, score }
    }
    throw new Error('The password policy accepts no random password.')
  }
}

function inputRules(rules: PasswordRules) {
  const minLength = Math.max(lowestMinLength, rules.minLength)
  const maxLength = Math.min(maxPasswordLength, rules.maxLength)
  return z.object({
    length: z
      .number()
      .refine((length) => length >= minLength, {
        message: `At least ${minLength} characters.`,
        params: { code: 'TOO_SHORT' },
      })
      .refine((length) => length <= maxLength, {
        message: `At most ${maxLength} characters.`,
        params: { code: 'TOO_LONG' },
      })
      .nullish(),
  })
}
