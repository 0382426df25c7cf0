import { z } from 'zod'
import type { Viewer } from '../../domain/access/viewer.ts'
import type { PasswordVerdict } from '../../domain/passwords/password-policy.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { findTenant, unknownTenant } from '../steps/find-tenant.ts'
import { line, newPassword, parseInput, tenantSlug } from '../steps/input.ts'

const maxUserInputs = 20
const maxUserInputLength = 100

const rules = z.object({
  password: newPassword,
  userInputs: z
    .array(line(maxUserInputLength))
    .refine((words) => words.length <= maxUserInputs, {
      message: `At most ${maxUserInputs} words.`,
      params: { code: 'TOO_MANY' },
    })
    .nullish(),
  tenant: tenantSlug.nullish(),
})

export type CheckPasswordStrengthInput = z.input<typeof rules>

type CheckPasswordStrengthDeps = Pick<FlowDeps, 'tenants' | 'users' | 'passwordPolicy'>

/**
 * Judges a password as register and changePassword do, except for the history: a stolen session must not reveal which
 * passwords its owner had. For a viewer, their personal data counts as well. @throws InvalidInputProblem
 */
export function createCheckPasswordStrength(deps: CheckPasswordStrengthDeps) {
  return async function checkPasswordStrength(
    raw: CheckPasswordStrengthInput,
    viewer: Viewer | null,
  ): Promise<PasswordVerdict> {
    const input = parseInput(rules, raw)
    const tenant = await findTenant(deps.tenants, input.tenant ?? null, viewer)
    if (tenant === null) throw unknownTenant()
    const user = viewer === null ? null : await deps.users.findById(viewer.userId)
    const policy = deps.passwordPolicy
    const facts = { ...user, others: input.userInputs ?? [] }
    const purpose = viewer === null ? 'strangerPreview' : 'preview'
    return policy.judge(input.password, tenant.rules.passwords, facts, purpose)
  }
}
