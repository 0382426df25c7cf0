import type { Permission } from '../../src/domain/access/permissions.ts'
import type { limits } from '../../src/domain/rate-limits/limits.ts'

/** This file, for the messages of the tests that read the tables. */
export const permissionTable = 'test/support/permission-table.ts'

/** Who may call a root field. */
export interface RootRule {
  readonly who: 'anyone' | 'signedIn' | Permission
  /** For fields with `who: 'anyone'`: a credential that is not valid is refused. */
  readonly refusesBadCredentials?: true
  /** For fields with `who: 'signedIn'`: a one-time token of the input can take the place of the session. */
  readonly orToken?: true
  /** For fields that require a permission: an API key that has it is refused. */
  readonly usersOnly?: true
  /** Only users of the tenant `default` may call it. */
  readonly installation?: true
  /** In development, requests without credentials are admitted, so no directive may refuse them. */
  readonly openInDevelopment?: true
}

const anyone: RootRule = { who: 'anyone' }
const signedIn: RootRule = { who: 'signedIn' }
const signedInOrToken: RootRule = { who: 'signedIn', orToken: true }
const permitted = (who: Permission): RootRule => ({ who })
const permittedUser = (who: Permission): RootRule => ({ who, usersOnly: true })
const ofInstallation = (who: Permission): RootRule => ({ who, usersOnly: true, installation: true })

/** The expected access of every root field, independent of the schema. The matrix test fails for a field without a row. */
export const rootRules: Readonly<Record<string, RootRule>> = {
  'Query._entities': anyone,
  'Query._service': anyone,
  'Query.accessPermissions': permitted('roles:read'),
  'Query.accessRoles': permitted('roles:read'),
  'Query.apiKeys': permitted('api-keys:write'),
  'Query.auditEvents': permitted('audit:read'),
  'Query.authFactors': signedIn,
  'Query.authTenant': anyone,
  'Query.authTenants': permitted('tenants:read'),
  'Query.csrfToken': anyone,
  'Query.currentSession': signedIn,
  'Query.gatewayDiagnostics': { who: 'system:read', openInDevelopment: true },
  'Query.me': { who: 'anyone', refusesBadCredentials: true },
  'Query.passwordPolicy': anyone,
  'Query.revocationStats': permitted('system:read'),
  'Query.revokedToken': permitted('tokens:revoke'),
  'Query.securityEvents': signedIn,
  'Query.sessions': signedIn,
  'Query.signingKeys': permitted('system:read'),
  'Query.user': permitted('users:read'),
  'Query.users': permitted('users:read'),
  'Query.verifyToken': permitted('tokens:verify'),
  'Subscription.sessionEvents': signedIn,
  'Mutation.changePassword': signedIn,
  'Mutation.checkPasswordStrength': anyone,
  'Mutation.completeMfaChallenge': anyone,
  'Mutation.confirmEmailChange': signedIn,
  'Mutation.confirmTotp': signedInOrToken,
  'Mutation.createApiKey': permittedUser('api-keys:write'),
  'Mutation.createTenant': permittedUser('tenants:write'),
  'Mutation.definePermission': ofInstallation('roles:write'),
  'Mutation.defineRole': permittedUser('roles:write'),
  'Mutation.deleteAccount': signedIn,
  'Mutation.denyRegistration': anyone,
  'Mutation.finishPasskeyRegistration': signedInOrToken,
  'Mutation.forgetRememberedDevices': signedIn,
  'Mutation.generatePassword': anyone,
  'Mutation.lockUser': permitted('users:lock'),
  'Mutation.login': anyone,
  'Mutation.loginWithPasskey': anyone,
  'Mutation.logout': anyone,
  'Mutation.reauthenticate': signedIn,
  'Mutation.reauthenticateWith': signedIn,
  'Mutation.refresh': anyone,
  'Mutation.register': anyone,
  'Mutation.regenerateRecoveryCodes': signedIn,
  'Mutation.removePasskey': signedIn,
  'Mutation.removePermission': ofInstallation('roles:write'),
  'Mutation.removeRole': permittedUser('roles:write'),
  'Mutation.removeTotp': signedIn,
  'Mutation.renamePasskey': signedIn,
  'Mutation.renameSession': signedIn,
  'Mutation.reportUnrecognizedSession': anyone,
  'Mutation.requestEmailChange': signedIn,
  'Mutation.requestPasswordReset': anyone,
  'Mutation.requestPhoneVerification': signedIn,
  'Mutation.resendVerificationEmail': anyone,
  'Mutation.resetPassword': anyone,
  'Mutation.resetUserFactors': permittedUser('users:write'),
  'Mutation.revokeApiKey': permittedUser('api-keys:write'),
  'Mutation.revokeOtherSessions': signedIn,
  'Mutation.revokeSession': signedIn,
  'Mutation.revokeToken': permitted('tokens:revoke'),
  'Mutation.revokeTokens': permitted('tokens:revoke'),
  'Mutation.revokeUserSessions': permitted('sessions:revoke'),
  'Mutation.rotateSigningKeys': permittedUser('keys:rotate'),
  'Mutation.setPasswordExpiry': permittedUser('users:write'),
  'Mutation.setSecondStep': signedIn,
  'Mutation.setTenantActive': permittedUser('tenants:write'),
  'Mutation.setUserActive': permitted('users:write'),
  'Mutation.setUserMetadata': permittedUser('users:metadata'),
  'Mutation.setUserRole': permittedUser('roles:write'),
  'Mutation.setUserRoles': permittedUser('roles:write'),
  'Mutation.startPasskeyLogin': anyone,
  'Mutation.startPasskeyRegistration': signedInOrToken,
  'Mutation.startTotpEnrolment': signedInOrToken,
  'Mutation.undoEmailChange': anyone,
  'Mutation.undoFactorChange': anyone,
  'Mutation.unlockAccount': anyone,
  'Mutation.unlockUser': permitted('users:lock'),
  'Mutation.updateProfile': signedIn,
  'Mutation.updateTenant': permittedUser('settings:write'),
  'Mutation.verifyEmail': anyone,
  'Mutation.verifyPhone': signedIn,
}

/** When a mutation requires recent proofs in the session. */
export interface ProofRule {
  /** `always`: at least of the password. `secondFactor`: only of an account with a second factor, since the input has the password. */
  readonly of: 'always' | 'secondFactor'
  /** Whether MFA_ADMIN_ACTIONS sets the level. */
  readonly administrative?: true
}

const always: ProofRule = { of: 'always' }
const ofSecondFactor: ProofRule = { of: 'secondFactor' }
const administrative: ProofRule = { of: 'always', administrative: true }

/** The mutations that require recent reauthentication, independent of the schema. */
export const proofRules: Readonly<Record<string, ProofRule>> = {
  changePassword: ofSecondFactor,
  confirmTotp: always,
  createApiKey: administrative,
  createTenant: administrative,
  definePermission: administrative,
  defineRole: administrative,
  deleteAccount: ofSecondFactor,
  finishPasskeyRegistration: always,
  regenerateRecoveryCodes: always,
  removePasskey: always,
  removePermission: administrative,
  removeRole: administrative,
  removeTotp: always,
  requestEmailChange: ofSecondFactor,
  resetUserFactors: administrative,
  rotateSigningKeys: administrative,
  setPasswordExpiry: administrative,
  setSecondStep: always,
  setTenantActive: administrative,
  setUserMetadata: administrative,
  setUserRole: administrative,
  setUserRoles: administrative,
  startPasskeyRegistration: always,
  startTotpEnrolment: always,
  updateTenant: administrative,
}

/** The rate limit of a root field. `checksCredentials`: an operation may contain one such field. */
export interface RootCost {
  readonly limit: keyof typeof limits
  readonly checksCredentials?: true
}

const costs = (limit: RootCost['limit']): RootCost => ({ limit })
const guessable = (limit: RootCost['limit']): RootCost => ({ limit, checksCredentials: true })

/** The expected limit of every mutation, independent of the schema. Queries and the subscription have the limit `query`. */
export const mutationCosts: Readonly<Record<string, RootCost>> = {
  changePassword: guessable('credentials'),
  checkPasswordStrength: guessable('passwordCheck'),
  completeMfaChallenge: guessable('secondStep'),
  confirmEmailChange: costs('oneTimeToken'),
  confirmTotp: guessable('oneTimeToken'),
  createApiKey: costs('mutation'),
  createTenant: costs('mutation'),
  definePermission: costs('mutation'),
  defineRole: costs('mutation'),
  deleteAccount: guessable('credentials'),
  denyRegistration: costs('oneTimeToken'),
  finishPasskeyRegistration: guessable('oneTimeToken'),
  forgetRememberedDevices: costs('mutation'),
  generatePassword: guessable('passwordCheck'),
  lockUser: costs('mutation'),
  login: guessable('login'),
  loginWithPasskey: guessable('passkeyLogin'),
  logout: costs('mutation'),
  reauthenticate: guessable('credentials'),
  reauthenticateWith: guessable('credentials'),
  refresh: costs('refresh'),
  register: guessable('register'),
  regenerateRecoveryCodes: guessable('credentials'),
  removePasskey: costs('credentials'),
  removePermission: costs('mutation'),
  removeRole: costs('mutation'),
  removeTotp: costs('credentials'),
  renamePasskey: costs('mutation'),
  renameSession: costs('mutation'),
  reportUnrecognizedSession: costs('report'),
  requestEmailChange: guessable('credentialsAndMail'),
  requestPasswordReset: costs('mail'),
  requestPhoneVerification: costs('mutation'),
  resendVerificationEmail: costs('mail'),
  resetPassword: guessable('oneTimeToken'),
  resetUserFactors: costs('mutation'),
  revokeApiKey: costs('mutation'),
  revokeOtherSessions: costs('mutation'),
  revokeSession: costs('mutation'),
  revokeToken: costs('mutation'),
  revokeTokens: costs('mutation'),
  revokeUserSessions: costs('mutation'),
  rotateSigningKeys: costs('mutation'),
  setPasswordExpiry: costs('mutation'),
  setSecondStep: guessable('credentials'),
  setTenantActive: costs('mutation'),
  setUserActive: costs('mutation'),
  setUserMetadata: costs('mutation'),
  setUserRole: costs('mutation'),
  setUserRoles: costs('mutation'),
  startPasskeyLogin: costs('query'),
  startPasskeyRegistration: costs('oneTimeToken'),
  startTotpEnrolment: costs('oneTimeToken'),
  undoEmailChange: costs('oneTimeToken'),
  undoFactorChange: costs('oneTimeToken'),
  unlockAccount: costs('oneTimeToken'),
  unlockUser: costs('mutation'),
  updateProfile: costs('mutation'),
  updateTenant: costs('mutation'),
  verifyEmail: costs('oneTimeToken'),
  verifyPhone: costs('phoneCode'),
}

/** Who may read a field of a user: everyone; the owner and viewers with users:read; or viewers with that permission. */
export type UserFieldRule = 'public' | 'personal' | Extract<Permission, 'audit:read'>

/** The expected visibility of every field of User. The test of personal fields fails for a field without a row. */
export const userFieldRules: Readonly<Record<string, UserFieldRule>> = {
  id: 'public',
  username: 'public',
  displayName: 'public',
  email: 'personal',
  emailVerified: 'personal',
  firstName: 'personal',
  lastName: 'personal',
  phoneNumber: 'personal',
  phoneVerified: 'personal',
  locale: 'personal',
  tenant: 'personal',
  role: 'personal',
  permissions: 'personal',
  preferences: 'personal',
  roles: 'personal',
  metadata: 'personal',
  twoFactorEnabled: 'personal',
  active: 'personal',
  locked: 'personal',
  lockedUntil: 'personal',
  createdAt: 'personal',
  updatedAt: 'personal',
  lastLoginAt: 'personal',
  loginCount: 'personal',
  sessions: 'personal',
  auditEvents: 'audit:read',
}
