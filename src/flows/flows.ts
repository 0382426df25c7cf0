import type {
  createConfirmEmailChange,
  createRequestEmailChange,
  createUndoEmailChange,
} from './account/change-email.ts'
import type { createDeleteAccount } from './account/delete-account.ts'
import type { createDenyRegistration } from './account/deny-registration.ts'
import type { createRequestPasswordReset, createResendVerificationEmail } from './account/request-mail.ts'
import type { createUnlockAccount } from './account/unlock-account.ts'
import type { createUpdateProfile } from './account/update-profile.ts'
import type { createVerifyEmail } from './account/verify-email.ts'
import type { createFindUsers } from './administration/find-users.ts'
import type { createLockUser, createUnlockUser } from './administration/lock-user.ts'
import type { createRevokeUserSessions } from './administration/revoke-user-sessions.ts'
import type { createSetUserActive } from './administration/set-user-active.ts'
import type { createSetUserRole } from './administration/set-user-role.ts'
import type { createChangePassword } from './passwords/change-password.ts'
import type { createCheckPasswordStrength } from './passwords/check-password-strength.ts'
import type { createFindPasswordPolicy } from './passwords/find-password-policy.ts'
import type { createGeneratePassword } from './passwords/generate-password.ts'
import type { createResetPassword } from './passwords/reset-password.ts'
import type { createRevokeOtherSessions, createRevokeSession } from './sessions/manage-sessions.ts'
import type { createReportSession } from './sessions/report-session.ts'
import type { createFindCsrfToken } from './sign-in/find-csrf-token.ts'
import type { createLogin } from './sign-in/login.ts'
import type { createLogout } from './sign-in/logout.ts'
import type { createReauthenticate } from './sign-in/reauthenticate.ts'
import type { createRefreshSession } from './sign-in/refresh-session.ts'
import type { createRegister } from './sign-in/register.ts'
import type { createCreateApiKey } from './tokens/create-api-key.ts'
import type { createRevokeApiKey } from './tokens/revoke-api-key.ts'
import type { createRevokePresentedToken, createRevokeToken } from './tokens/revoke-token.ts'
import type { createAskForRotation } from './tokens/rotate-signing-keys.ts'
import type { VerifyToken } from './tokens/verify-token.ts'

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
