import { z } from 'zod'
import type { Viewer } from '../../domain/access/viewer.ts'
import { generatePassword } from '../../domain/passwords/password-generator.ts'
import {
  lowestMinLength,
  maxPasswordLength,
  type PasswordRules,
} from '../../domain/passwords/password-rules.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { findTenant, unknownTenant } from '../steps/find-tenant.ts'
import { parseInput } from '../steps/input.ts'

const usualLength = 20
/** Of random passwords of eight characters hardly one in a thousand is refused; ten in a row never are. */
const maxAttempts = 10

export interface GeneratePasswordInput {
  readonly length?: number | null | undefined
  readonly symbols: boolean
}

type GeneratePasswordDeps = Pick<FlowDeps, 'tenants' | 'passwordPolicy'>

/**
 * Draws a password that the policy of the viewer's tenant, or of the default one, accepts.
 * @throws InvalidInputProblem for a length that the policy does not accept
 */
export function createGeneratePassword(deps: GeneratePasswordDeps) {
  return async (
    written: GeneratePasswordInput,
    viewer: Viewer | null,
  ): Promise<{ readonly password: string; readonly score: number }> => {
    const tenant = await findTenant(deps.tenants, null, viewer)
    if (tenant === null) throw unknownTenant()
    const rules = deps.passwordPolicy.rulesOf(tenant)
    const { length } = parseInput(inputRules(rules), written)
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const password = generatePassword(
        rules,
        length ?? Math.max(usualLength, rules.minLength),
        written.symbols,
      )
      const { acceptable, score } = await deps.passwordPolicy.judge(password, rules, {})
      if (acceptable) return { password, score }
    }
    throw new Error('The password policy accepts no random password.')
  }
}

function inputRules(rules: PasswordRules) {
  const least = Math.max(lowestMinLength, rules.minLength)
  const most = Math.min(maxPasswordLength, rules.maxLength)
  return z.object({
    length: z
      .number()
      .refine((length) => length >= least, {
        message: `At least ${least} characters.`,
        params: { code: 'TOO_SHORT' },
      })
      .refine((length) => length <= most, {
        message: `At most ${most} characters.`,
        params: { code: 'TOO_LONG' },
      })
      .nullish(),
  })
}
