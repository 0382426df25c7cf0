import type { FlowDeps } from '../flow-deps.ts'
import { createConfirmEmailChange, createRequestEmailChange, createUndoEmailChange } from './change-email.ts'
import { createDeleteAccount } from './delete-account.ts'
import { createDenyRegistration } from './deny-registration.ts'
import { createFindUsersById } from './find-users-by-id.ts'
import { createRequestPasswordReset } from './request-password-reset.ts'
import { createResendVerificationEmail } from './resend-verification-email.ts'
import { createUnlockAccount } from './unlock-account.ts'
import { createUpdateProfile } from './update-profile.ts'
import { createVerifyEmail } from './verify-email.ts'

export function createAccountFlows(deps: FlowDeps) {
  return {
    confirmEmailChange: createConfirmEmailChange(deps),
    deleteAccount: createDeleteAccount(deps),
    denyRegistration: createDenyRegistration(deps),
    findUsersById: createFindUsersById(deps),
    requestEmailChange: createRequestEmailChange(deps),
    requestPasswordReset: createRequestPasswordReset(deps),
    resendVerificationEmail: createResendVerificationEmail(deps),
    undoEmailChange: createUndoEmailChange(deps),
    unlockAccount: createUnlockAccount(deps),
    updateProfile: createUpdateProfile(deps),
    verifyEmail: createVerifyEmail(deps),
  }
}
