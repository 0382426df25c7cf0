import type { Permission } from '../../src/domain/access/permissions.ts'
import type { limits } from '../../src/domain/rate-limits/limits.ts'

/** Who may call a root field. */
export interface RootRule {
  readonly who: 'anyone' | 'signedIn' | Permission
  /** For fields that are for anyone: a credential that is not valid is refused all the same. */
  readonly refusesBadCredentials?: true
  /** For fields that want a permission: an API key that has it is refused all the same. */
  readonly usersOnly?: true
  /** In development it is for anyone; so no directive of a gateway may refuse it. */
  readonly openInDevelopment?: true
}

const anyone: RootRule = { who: 'anyone' }
const signedIn: RootRule = { who: 'signedIn' }
const wants = (who: Permission): RootRule => ({ who })
const usersWith = (who: Permission): RootRule => ({ who, usersOnly: true })

/** What is expected of every root field; one that is missing here fails the matrix. */
export const rootRules: Readonly<Record<string, RootRule>> = {
  'Query._entities': anyone,
  'Query._service': anyone,
  'Query.apiKeys': wants('api-keys:write'),
  'Query.auditEvents': wants('audit:read'),
  'Query.csrfToken': anyone,
  'Query.currentSession': signedIn,
  'Query.gatewayDiagnostics': { who: 'system:read', openInDevelopment: true },
  'Query.me': { who: 'anyone', refusesBadCredentials: true },
  'Query.passwordPolicy': anyone,
  'Query.revocationStats': wants('system:read'),
  'Query.securityEvents': signedIn,
  'Query.sessions': signedIn,
  'Query.signingKeys': wants('system:read'),
  'Query.user': wants('users:read'),
  'Query.users': wants('users:read'),
  'Query.verifyToken': wants('tokens:verify'),
  'Subscription.sessionEvents': signedIn,
  'Mutation.changePassword': signedIn,
  'Mutation.checkPasswordStrength': anyone,
  'Mutation.confirmEmailChange': anyone,
  'Mutation.createApiKey': usersWith('api-keys:write'),
  'Mutation.deleteAccount': signedIn,
  'Mutation.denyRegistration': anyone,
  'Mutation.generatePassword': anyone,
  'Mutation.lockUser': wants('users:lock'),
  'Mutation.login': anyone,
  'Mutation.logout': anyone,
  'Mutation.reauthenticate': signedIn,
  'Mutation.refresh': anyone,
  'Mutation.register': anyone,
  'Mutation.reportUnrecognizedSession': anyone,
  'Mutation.requestEmailChange': signedIn,
  'Mutation.requestPasswordReset': anyone,
  'Mutation.resendVerificationEmail': anyone,
  'Mutation.resetPassword': anyone,
  'Mutation.revokeApiKey': usersWith('api-keys:write'),
  'Mutation.revokeOtherSessions': signedIn,
  'Mutation.revokeSession': signedIn,
  'Mutation.revokeToken': wants('tokens:revoke'),
  'Mutation.revokeUserSessions': wants('sessions:revoke'),
  'Mutation.rotateSigningKeys': usersWith('keys:rotate'),
  'Mutation.setUserActive': wants('users:write'),
  'Mutation.setUserRole': usersWith('roles:write'),
  'Mutation.undoEmailChange': anyone,
  'Mutation.unlockAccount': anyone,
  'Mutation.unlockUser': wants('users:lock'),
  'Mutation.updateProfile': signedIn,
  'Mutation.verifyEmail': anyone,
}

/** What a root field costs; `checksCredentials`: an operation may have one of these, and none that cannot be counted. */
export interface RootCost {
  readonly limit: keyof typeof limits
  readonly checksCredentials?: true
}

const costs = (limit: RootCost['limit']): RootCost => ({ limit })
const guessable = (limit: RootCost['limit']): RootCost => ({ limit, checksCredentials: true })

/** What is expected of every root field besides; one that is missing here fails as well. Queries and the subscription are `query`. */
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
  reportUnrecognizedSession: costs('report'),
  requestEmailChange: guessable('credentialsAndMail'),
  requestPasswordReset: costs('mail'),
  resendVerificationEmail: costs('mail'),
  resetPassword: guessable('oneTimeToken'),
  revokeApiKey: costs('mutation'),
  revokeOtherSessions: costs('mutation'),
  revokeSession: costs('mutation'),
  revokeToken: costs('mutation'),
  revokeUserSessions: costs('mutation'),
  rotateSigningKeys: costs('mutation'),
  setUserActive: costs('mutation'),
  setUserRole: costs('mutation'),
  undoEmailChange: costs('oneTimeToken'),
  unlockAccount: costs('oneTimeToken'),
  unlockUser: costs('mutation'),
  updateProfile: costs('mutation'),
  verifyEmail: costs('oneTimeToken'),
}

/** Who is shown a field of a user: everybody, the owner and whoever may read users, or whoever has that permission. */
export type UserFieldRule = 'public' | 'personal' | Extract<Permission, 'audit:read'>

/** What is expected of every field of User; one that is missing here fails the matrix. */
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
