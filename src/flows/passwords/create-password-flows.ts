import type { FlowDeps } from '../flow-deps.ts'
import { createChangePassword } from './change-password.ts'
import { createCheckPasswordStrength } from './check-password-strength.ts'
import { createFindPasswordPolicy } from './find-password-policy.ts'
import { createGeneratePassword } from './generate-password.ts'
import { createResetPassword } from './reset-password.ts'

export function createPasswordFlows(deps: FlowDeps) {
  return {
    changePassword: createChangePassword(deps),
    checkPasswordStrength: createCheckPasswordStrength(deps),
    findPasswordPolicy: createFindPasswordPolicy(deps),
    generatePassword: createGeneratePassword(deps),
    resetPassword: createResetPassword(deps),
  }
}
