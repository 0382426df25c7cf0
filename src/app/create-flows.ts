import type { Config } from '../config/config.ts'
import type { GuessPatterns } from '../domain/attempts/guess-patterns.ts'
import type { LockOut } from '../domain/attempts/lock-out.ts'
import { createAuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { AuditSink } from '../domain/audit/audit-store.ts'
import type { KeyRing } from '../domain/keys/key-ring.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { RateLimits } from '../domain/rate-limits/rate-limit-service.ts'
import type { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import type { DeviceTokens } from '../domain/sessions/device-token.ts'
import { AccessTokenIssuer } from '../domain/tokens/access-token-issuer.ts'
import type { AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import { RefreshTokenCodec } from '../domain/tokens/refresh-token.ts'
import type { RevocationList } from '../domain/tokens/revocation-list.ts'
import {
  createConfirmEmailChange,
  createRequestEmailChange,
  createUndoEmailChange,
} from '../flows/account/change-email.ts'
import { createDeleteAccount } from '../flows/account/delete-account.ts'
import { createDenyRegistration } from '../flows/account/deny-registration.ts'
import { createRequestPasswordReset, createResendVerificationEmail } from '../flows/account/request-mail.ts'
import { createUnlockAccount } from '../flows/account/unlock-account.ts'
import { createUpdateProfile } from '../flows/account/update-profile.ts'
import { createVerifyEmail } from '../flows/account/verify-email.ts'
import type { Flows } from '../flows/flows.ts'
import { createChangePassword } from '../flows/passwords/change-password.ts'
import { createCheckPasswordStrength } from '../flows/passwords/check-password-strength.ts'
import { createFindPasswordPolicy } from '../flows/passwords/find-password-policy.ts'
import { createGeneratePassword } from '../flows/passwords/generate-password.ts'
import { createResetPassword } from '../flows/passwords/reset-password.ts'
import { createRevokeOtherSessions, createRevokeSession } from '../flows/sessions/manage-sessions.ts'
import { createReportSession } from '../flows/sessions/report-session.ts'
import { createFindCsrfToken } from '../flows/sign-in/find-csrf-token.ts'
import { createLogin } from '../flows/sign-in/login.ts'
import { createLogout } from '../flows/sign-in/logout.ts'
import { createReauthenticate } from '../flows/sign-in/reauthenticate.ts'
import { createRefreshSession } from '../flows/sign-in/refresh-session.ts'
import { createRegister } from '../flows/sign-in/register.ts'
import { createRegisterPending } from '../flows/sign-in/register-pending.ts'
import { createCheckNewPassword } from '../flows/steps/check-new-password.ts'
import { createEndSessions } from '../flows/steps/end-sessions.ts'
import { createGuardPassword } from '../flows/steps/guard-password.ts'
import { createOpenSession } from '../flows/steps/open-session.ts'
import { createProvePassword } from '../flows/steps/prove-password.ts'
import type { RecordRefusal } from '../flows/steps/record-refusal.ts'
import { createRequireFreshProof } from '../flows/steps/require-fresh-proof.ts'
import { createIssueSessionTokens } from '../flows/steps/session-tokens.ts'
import { createWatchGuesses } from '../flows/steps/watch-guesses.ts'
import { createWatchSession } from '../flows/steps/watch-session.ts'
import { createCreateApiKey } from '../flows/tokens/create-api-key.ts'
import { createRevokeApiKey } from '../flows/tokens/revoke-api-key.ts'
import { createRevokePresentedToken, createRevokeToken } from '../flows/tokens/revoke-token.ts'
import { createAskForRotation, type createRotateSigningKeys } from '../flows/tokens/rotate-signing-keys.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { AccountServices } from './create-account-services.ts'
import { createAdministration } from './create-administration.ts'
import type { Verification } from './create-verification.ts'

/** What flows share with the rest of the process. */
export interface SharedServices extends AccountServices {
  readonly keys: KeyRing
  readonly revocations: RevocationList
  readonly verifier: AccessTokenVerifier
  readonly csrfTokens: CsrfTokens
  readonly rateLimits: RateLimits
  readonly verification: Pick<Verification, 'verifyToken'>
  readonly lockOut: LockOut
  readonly guessPatterns: GuessPatterns
  readonly deviceTokens: DeviceTokens
  readonly rotateSigningKeys: ReturnType<typeof createRotateSigningKeys>
  /** Where failures go, which belong to no transaction. */
  readonly auditSink: AuditSink
  readonly recordRefusal: RecordRefusal
  /** To be woken once a transaction that wrote mail has been committed. */
  readonly courier: MailWaker
}

/** Wires the use cases. */
export function createFlows(config: Config, infrastructure: Infrastructure, shared: SharedServices): Flows {
  const { clock, ids, logger, metrics, alerts, stores, hasher, transaction, tenants, directory } =
    infrastructure
  const { keys, revocations, verifier, csrfTokens, courier, mails, passwordPolicy } = shared
  const { deviceTokens, lockOut, auditSink, recordRefusal } = shared
  const { users, accounts, sessions, oneTimeTokens, passwordHistory } = stores
  const { emailVerification, oneTimeTokens: lives, sessions: sessionRules } = config
  const accessTokens = new AccessTokenIssuer({ keys, settings: config.tokens, clock, ids })
  const refreshTokens = new RefreshTokenCodec(config.secrets.refreshPeppers)
  const issueTokens = createIssueSessionTokens({ accessTokens, refreshTokens, csrfTokens })
  const endSessions = createEndSessions({ sessions, transaction, revocations, clock })
  const audit = createAuditRecorder({ clock, ids })
  const sessionProtection = config.protection.sessions
  const watchSession = createWatchSession({
    sessions,
    endSessions,
    bindings: sessionProtection,
    audit,
    metrics,
    logger,
  })
  const passwords = { tenants, passwordPolicy, passwordHistory, hasher }
  const begin = { clock, ids, geo: infrastructure.geo, sessionRules }
  const signIn = { ...begin, hasher, audit, issueTokens, deviceTokens, emailVerification }
  const present = { refreshTokens, csrfTokens, sessions, clock }
  const change = { transaction, revocations, mails, courier, audit, clock }
  const openSession = createOpenSession({
    ...change,
    sessionChannel: infrastructure.sessionChannel,
    metrics,
    sessionProtection,
  })
  const watchGuesses = createWatchGuesses({ guessPatterns: shared.guessPatterns, audit, auditSink, alerts })
  const guarding = { auditSink, lockOut, watchGuesses, metrics, alerts }
  const guardPassword = createGuardPassword({ ...change, ...guarding })
  const provePassword = createProvePassword({ users, hasher, guardPassword })
  const credentials = { ...change, checkNewPassword: createCheckNewPassword(passwords), hasher, ids }
  const email = { ...change, users, accounts, provePassword, lives }
  const registerPending = createRegisterPending({ ...change, users, accounts })
  const requireFreshProof = createRequireFreshProof({
    reauthenticationSeconds: config.reauthenticationSeconds,
    clock,
  })
  return {
    askForRotation: createAskForRotation({ ...shared, requireFreshProof }),
    register: createRegister({
      ...signIn,
      tenants,
      passwordPolicy,
      transaction,
      mails,
      courier,
      registerPending,
    }),
    login: createLogin({
      ...signIn,
      users,
      openSession,
      auditSink,
      guessPatterns: shared.guessPatterns,
      guardPassword,
      passwordPolicy,
      transaction,
      lives,
    }),
    refreshSession: createRefreshSession({
      ...present,
      sessionRules,
      rateLimits: shared.rateLimits,
      recordRefusal,
      endSessions,
      watchSession,
      mails,
      courier,
      alerts,
      metrics,
      issueTokens,
      audit,
      logger,
    }),
    logout: createLogout({ ...present, revocationStore: stores.revocations, verifier, endSessions, audit }),
    revokeSession: createRevokeSession({ endSessions, audit }),
    revokeOtherSessions: createRevokeOtherSessions({ endSessions, audit }),
    reportSession: createReportSession({ ...change, sessions, alerts }),
    findCsrfToken: createFindCsrfToken({ ...present, verifier }),
    findPasswordPolicy: createFindPasswordPolicy(passwords),
    checkPasswordStrength: createCheckPasswordStrength({ ...passwords, users }),
    generatePassword: createGeneratePassword(passwords),
    verifyEmail: createVerifyEmail(change),
    denyRegistration: createDenyRegistration(change),
    resendVerificationEmail: createResendVerificationEmail({ ...change, users }),
    requestPasswordReset: createRequestPasswordReset({ ...change, users }),
    resetPassword: createResetPassword({ ...credentials, users, oneTimeTokens }),
    reauthenticate: createReauthenticate({ ...change, provePassword, sessions, issueTokens }),
    unlockAccount: createUnlockAccount(change),
    changePassword: createChangePassword({
      ...credentials,
      provePassword,
      sessions,
      issueTokens,
      deviceTokens,
    }),
    updateProfile: createUpdateProfile(change),
    requestEmailChange: createRequestEmailChange(email),
    confirmEmailChange: createConfirmEmailChange(email),
    undoEmailChange: createUndoEmailChange(email),
    ...createAdministration({ ...change, directory, tenants, requireFreshProof }),
    deleteAccount: createDeleteAccount({ ...change, provePassword }),
    createApiKey: createCreateApiKey({ ...change, requireFreshProof, ids }),
    revokeApiKey: createRevokeApiKey({ ...change, apiKeys: stores.apiKeys }),
    verifyToken: shared.verification.verifyToken,
    revokeToken: createRevokeToken({ ...change, verifier }),
    revokePresentedToken: createRevokePresentedToken({ ...present, ...change, verifier, endSessions }),
  }
}
