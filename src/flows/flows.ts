import type {
  createConfirmEmailChange,
  createRequestEmailChange,
  createUndoEmailChange,
} from './change-email.ts'
import type { createChangePassword } from './change-password.ts'
import type { createCheckPasswordStrength } from './check-password-strength.ts'
import type { createCreateApiKey } from './create-api-key.ts'
import type { createDeleteAccount } from './delete-account.ts'
import type { createDenyRegistration } from './deny-registration.ts'
import type { createFindCsrfToken } from './find-csrf-token.ts'
import type { createFindPasswordPolicy } from './find-password-policy.ts'
import type { createFindUsers } from './find-users.ts'
import type { createGeneratePassword } from './generate-password.ts'
import type { createLockUser, createUnlockUser } from './lock-user.ts'
import type { createLogin } from './login.ts'
import type { createLogout } from './logout.ts'
import type { createRevokeOtherSessions, createRevokeSession } from './manage-sessions.ts'
import type { createReauthenticate } from './reauthenticate.ts'
import type { createRefreshSession } from './refresh-session.ts'
import type { createRegister } from './register.ts'
import type { createReportSession } from './report-session.ts'
import type { createRequestPasswordReset, createResendVerificationEmail } from './request-mail.ts'
import type { createResetPassword } from './reset-password.ts'
import type { createRevokeApiKey } from './revoke-api-key.ts'
import type { createRevokePresentedToken, createRevokeToken } from './revoke-token.ts'
import type { createRevokeUserSessions } from './revoke-user-sessions.ts'
import type { createAskForRotation } from './rotate-signing-keys.ts'
import type { createSetUserActive } from './set-user-active.ts'
import type { createSetUserRole } from './set-user-role.ts'
import type { createUnlockAccount } from './unlock-account.ts'
import type { createUpdateProfile } from './update-profile.ts'
import type { createVerifyEmail } from './verify-email.ts'
import type { VerifyToken } from './verify-token.ts'

/** The use cases that the API offers, wired. */
export interface Flows {
  readonly register: ReturnType<typeof createRegister>
  readonly login: ReturnType<typeof createLogin>
  readonly refreshSession: ReturnType<typeof createRefreshSession>
  readonly logout: ReturnType<typeof createLogout>
  readonly revokeSession: ReturnType<typeof createRevokeSession>
  readonly revokeOtherSessions: ReturnType<typeof createRevokeOtherSessions>
  readonly reportSession: ReturnType<typeof createReportSession>
  readonly findCsrfToken: ReturnType<typeof createFindCsrfToken>
  readonly findPasswordPolicy: ReturnType<typeof createFindPasswordPolicy>
  readonly checkPasswordStrength: ReturnType<typeof createCheckPasswordStrength>
  readonly generatePassword: ReturnType<typeof createGeneratePassword>
  readonly verifyEmail: ReturnType<typeof createVerifyEmail>
  readonly denyRegistration: ReturnType<typeof createDenyRegistration>
  readonly resendVerificationEmail: ReturnType<typeof createResendVerificationEmail>
  readonly requestPasswordReset: ReturnType<typeof createRequestPasswordReset>
  readonly resetPassword: ReturnType<typeof createResetPassword>
  readonly reauthenticate: ReturnType<typeof createReauthenticate>
  readonly unlockAccount: ReturnType<typeof createUnlockAccount>
  readonly changePassword: ReturnType<typeof createChangePassword>
  readonly updateProfile: ReturnType<typeof createUpdateProfile>
  readonly requestEmailChange: ReturnType<typeof createRequestEmailChange>
  readonly confirmEmailChange: ReturnType<typeof createConfirmEmailChange>
  readonly askForRotation: ReturnType<typeof createAskForRotation>
  readonly undoEmailChange: ReturnType<typeof createUndoEmailChange>
  readonly findUsers: ReturnType<typeof createFindUsers>
  readonly setUserRole: ReturnType<typeof createSetUserRole>
  readonly lockUser: ReturnType<typeof createLockUser>
  readonly unlockUser: ReturnType<typeof createUnlockUser>
  readonly setUserActive: ReturnType<typeof createSetUserActive>
  readonly revokeUserSessions: ReturnType<typeof createRevokeUserSessions>
  readonly deleteAccount: ReturnType<typeof createDeleteAccount>
  readonly createApiKey: ReturnType<typeof createCreateApiKey>
  readonly revokeApiKey: ReturnType<typeof createRevokeApiKey>
  readonly verifyToken: VerifyToken
  readonly revokeToken: ReturnType<typeof createRevokeToken>
  /** RFC 7009, by whoever holds the token. */
  readonly revokePresentedToken: ReturnType<typeof createRevokePresentedToken>
}
