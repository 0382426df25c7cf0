import type { Permission } from '../../src/domain/access/permissions.ts'
import type { limits } from '../../src/domain/rate-limits/limits.ts'

/** This file, for the messages of the tests that read the tables. */
export const permissionTable = 'test/support/permission-table.ts'

/** Who may call a root field. */
export interface RootRule {
  readonly who: 'anyone' | 'signedIn' | Permission
  /** For fields with `who: 'anyone'`: a credential that is not valid is refused. */
  readonly refusesBadCredentials?: true
  /** For fields that require a permission: an API key that has it is refused. */
  readonly usersOnly?: true
  /** In development, requests without credentials are admitted, so no directive may refuse them. */
  readonly openInDevelopment?: true
}

const anyone: RootRule = { who: 'anyone' }
const signedIn: RootRule = { who: 'signedIn' }
const permitted = (who: Permission): RootRule => ({ who })
const permittedUser = (who: Permission): RootRule => ({ who, usersOnly: true })

/** The expected access of every root field, independent of the schema. The matrix test fails for a field without a row. */
export const rootRules: Readonly<Record<string, RootRule>> = {
  'Query._entities': anyone,
  'Query._service': anyone,
  'Query.apiKeys': permitted('api-keys:write'),
  'Query.auditEvents': permitted('audit:read'),
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
  'Mutation.confirmEmailChange': signedIn,
  'Mutation.createApiKey': permittedUser('api-keys:write'),
  'Mutation.deleteAccount': signedIn,
  'Mutation.denyRegistration': anyone,
  'Mutation.generatePassword': anyone,
  'Mutation.lockUser': permitted('users:lock'),
  'Mutation.login': anyone,
  'Mutation.logout': anyone,
  'Mutation.reauthenticate': signedIn,
  'Mutation.refresh': anyone,
  'Mutation.register': anyone,
  'Mutation.renameSession': signedIn,
  'Mutation.reportUnrecognizedSession': anyone,
  'Mutation.requestEmailChange': signedIn,
  'Mutation.requestPasswordReset': anyone,
  'Mutation.resendVerificationEmail': anyone,
  'Mutation.resetPassword': anyone,
  'Mutation.revokeApiKey': permittedUser('api-keys:write'),
  'Mutation.revokeOtherSessions': signedIn,
  'Mutation.revokeSession': signedIn,
  'Mutation.revokeToken': permitted('tokens:revoke'),
  'Mutation.revokeTokens': permitted('tokens:revoke'),
  'Mutation.revokeUserSessions': permitted('sessions:revoke'),
  'Mutation.rotateSigningKeys': permittedUser('keys:rotate'),
  'Mutation.setPasswordExpiry': permittedUser('users:write'),
  'Mutation.setUserActive': permitted('users:write'),
  'Mutation.setUserRole': permittedUser('roles:write'),
  'Mutation.undoEmailChange': anyone,
  'Mutation.unlockAccount': anyone,
  'Mutation.unlockUser': permitted('users:lock'),
  'Mutation.updateProfile': signedIn,
  'Mutation.verifyEmail': anyone,
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
  confirmEmailChange: costs('oneTimeToken'),
  createApiKey: costs('mutation'),
  deleteAccount: guessable('credentials'),
  denyRegistration: costs('oneTimeToken'),
  generatePassword: guessable('passwordCheck'),
  lockUser: costs('mutation'),
  login: guessable('login'),
  logout: costs('mutation'),
  reauthenticate: guessable('credentials'),
  refresh: costs('refresh'),
  register: guessable('register'),
  renameSession: costs('mutation'),
  reportUnrecognizedSession: costs('report'),
  requestEmailChange: guessable('credentialsAndMail'),
  requestPasswordReset: costs('mail'),
  resendVerificationEmail: costs('mail'),
  resetPassword: guessable('oneTimeToken'),
  revokeApiKey: costs('mutation'),
  revokeOtherSessions: costs('mutation'),
  revokeSession: costs('mutation'),
  revokeToken: costs('mutation'),
  revokeTokens: costs('mutation'),
  revokeUserSessions: costs('mutation'),
  rotateSigningKeys: costs('mutation'),
  setPasswordExpiry: costs('mutation'),
  setUserActive: costs('mutation'),
  setUserRole: costs('mutation'),
  undoEmailChange: costs('oneTimeToken'),
  unlockAccount: costs('oneTimeToken'),
  unlockUser: costs('mutation'),
  updateProfile: costs('mutation'),
  verifyEmail: costs('oneTimeToken'),
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
  role: 'personal',
  permissions: 'personal',
  preferences: 'personal',
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
