import type { FlowDeps } from '../flow-deps.ts'
import { createConfirmEmailChange, createRequestEmailChange, createUndoEmailChange } from './change-email.ts'
import { createDeleteAccount } from './delete-account.ts'
import { createDenyRegistration } from './deny-registration.ts'
import { createFindOwnAccess } from './find-own-access.ts'
import { createFindOwnAccount } from './find-own-account.ts'
import { createFindOwnSecondStep } from './find-own-second-step.ts'
import { createFindTenantSlugs } from './find-tenant-slugs.ts'
import { createFindUserAccess } from './find-user-access.ts'
import { createFindUsersById } from './find-users-by-id.ts'
import { createRequestPasswordReset } from './request-password-reset.ts'
import { createResendVerificationEmail } from './resend-verification-email.ts'
import { createUnlockAccount } from './unlock-account.ts'
import { createUpdateProfile } from './update-profile.ts'
import { createVerifyEmail } from './verify-email.ts'
import { createRequestPhoneVerification, createVerifyPhone } from './verify-phone.ts'

export function createAccountFlows(deps: FlowDeps) {
  return {
    confirmEmailChange: createConfirmEmailChange(deps),
    deleteAccount: createDeleteAccount(deps),
    denyRegistration: createDenyRegistration(deps),
    findOwnAccess: createFindOwnAccess(deps),
    findOwnAccount: createFindOwnAccount(deps),
    findOwnSecondStep: createFindOwnSecondStep(deps),
    findTenantSlugs: createFindTenantSlugs(deps),
    findUserAccess: createFindUserAccess(deps),
    findUsersById: createFindUsersById(deps),
    requestEmailChange: createRequestEmailChange(deps),
    requestPhoneVerification: createRequestPhoneVerification(deps),
    requestPasswordReset: createRequestPasswordReset(deps),
    resendVerificationEmail: createResendVerificationEmail(deps),
    undoEmailChange: createUndoEmailChange(deps),
    unlockAccount: createUnlockAccount(deps),
    updateProfile: createUpdateProfile(deps),
    verifyEmail: createVerifyEmail(deps),
    verifyPhone: createVerifyPhone(deps),
  }
}
