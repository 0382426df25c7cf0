import { readdirSync, readFileSync } from 'node:fs'
import { parse, print, separateOperations } from 'graphql'

const folder = new URL('../../src/clients/operations/', import.meta.url)
const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
const byName = separateOperations(parse(sources.join('\n')))

/** An operation of src/clients/operations with its fragments, as text. */
export function clientOperation(name: string): string {
  const document = byName[name]
  if (document === undefined) throw new Error(`src/clients/operations has no operation ${name}.`)
  return print(document)
}

// Operations that the client package publishes.

export const authTenantDocument = clientOperation('AuthTenant')
export const authTenantsDocument = clientOperation('AuthTenants')
export const authFactorsDocument = clientOperation('AuthFactors')
export const changePasswordDocument = clientOperation('ChangePassword')
export const checkPasswordStrengthDocument = clientOperation('CheckPasswordStrength')
export const completeMfaChallengeDocument = clientOperation('CompleteMfaChallenge')
export const confirmEmailChangeDocument = clientOperation('ConfirmEmailChange')
export const confirmTotpDocument = clientOperation('ConfirmTotp')
export const createApiKeyDocument = clientOperation('CreateApiKey')
export const createTenantDocument = clientOperation('CreateTenant')
export const csrfTokenDocument = clientOperation('CsrfToken')
export const currentSessionDocument = clientOperation('CurrentSession')
export const deleteAccountDocument = clientOperation('DeleteAccount')
export const denyRegistrationDocument = clientOperation('DenyRegistration')
export const forgetRememberedDevicesDocument = clientOperation('ForgetRememberedDevices')
export const generatePasswordDocument = clientOperation('GeneratePassword')
export const lockUserDocument = clientOperation('LockUser')
export const logoutDocument = clientOperation('Logout')
export const meDocument = clientOperation('Me')
export const passwordPolicyDocument = clientOperation('PasswordPolicy')
export const reauthenticateDocument = clientOperation('Reauthenticate')
export const reauthenticateWithDocument = clientOperation('ReauthenticateWith')
export const regenerateRecoveryCodesDocument = clientOperation('RegenerateRecoveryCodes')
export const refreshDocument = clientOperation('Refresh')
export const registerDocument = clientOperation('Register')
export const removeTotpDocument = clientOperation('RemoveTotp')
export const reportUnrecognizedSessionDocument = clientOperation('ReportUnrecognizedSession')
export const requestEmailChangeDocument = clientOperation('RequestEmailChange')
export const requestPasswordResetDocument = clientOperation('RequestPasswordReset')
export const requestPhoneVerificationDocument = clientOperation('RequestPhoneVerification')
export const resendVerificationEmailDocument = clientOperation('ResendVerificationEmail')
export const resetPasswordDocument = clientOperation('ResetPassword')
export const resetUserFactorsDocument = clientOperation('ResetUserFactors')
export const revocationStatsDocument = clientOperation('RevocationStats')
export const revokeApiKeyDocument = clientOperation('RevokeApiKey')
export const revokeOtherSessionsDocument = clientOperation('RevokeOtherSessions')
export const revokeSessionDocument = clientOperation('RevokeSession')
export const revokeTokenDocument = clientOperation('RevokeToken')
export const revokeUserSessionsDocument = clientOperation('RevokeUserSessions')
export const securityEventsDocument = clientOperation('SecurityEvents')
export const setSecondStepDocument = clientOperation('SetSecondStep')
export const setTenantActiveDocument = clientOperation('SetTenantActive')
export const setUserActiveDocument = clientOperation('SetUserActive')
export const setUserMetadataDocument = clientOperation('SetUserMetadata')
export const setUserRoleDocument = clientOperation('SetUserRole')
export const setUserRolesDocument = clientOperation('SetUserRoles')
export const startTotpEnrolmentDocument = clientOperation('StartTotpEnrolment')
export const undoEmailChangeDocument = clientOperation('UndoEmailChange')
export const undoFactorChangeDocument = clientOperation('UndoFactorChange')
export const unlockAccountDocument = clientOperation('UnlockAccount')
export const unlockUserDocument = clientOperation('UnlockUser')
export const updateProfileDocument = clientOperation('UpdateProfile')
export const updateTenantDocument = clientOperation('UpdateTenant')
export const userDocument = clientOperation('User')
export const usersDocument = clientOperation('Users')
export const verifyEmailDocument = clientOperation('VerifyEmail')
export const verifyPhoneDocument = clientOperation('VerifyPhone')
export const verifyTokenDocument = clientOperation('VerifyToken')

// Operations with fields that the client package does not select.

/** Login, with the delay of a locked account. */
export const loginDocument = `
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      __typename
      ... on LoginSuccess {
        user { id username email role loginCount lastLoginAt }
        session { id current createdAt expiresAt rememberMe riskSignals device { name browser os type } }
        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }
        deviceToken
      }
      ... on MfaEnrolmentRequired { enrolmentToken enrollable expiresAt }
      ... on MfaChallenge { challengeToken methods passkeyOptions expiresAt }
      ... on SignInStep { message }
      ... on AuthInvalidInputProblem { issues { path code message } }
      ... on AccountLockedProblem { unlocksAt retryAfterSeconds }
      ... on SessionLimitProblem { limit }
      ... on AuthProblem { code message }
    }
  }
`

/** A document whose sessions also have their owner: a session that begins shows its owner their own address. */
export function withSessionOwner(document: string): string {
  return document.replace('fragment SessionFields on Session {', '$& user { id email }')
}

/** Sessions, with cursors. */
export const sessionsDocument = `
  query Sessions($first: Int, $after: String, $last: Int, $before: String) {
    sessions(first: $first, after: $after, last: $last, before: $before) {
      totalCount
      nodes { id current createdAt rememberMe device { name browser os type } }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

/** API keys, with cursors and the addresses of owners. */
export const apiKeysDocument = `
  query ApiKeys($first: Int, $after: String, $last: Int, $before: String) {
    apiKeys(first: $first, after: $after, last: $last, before: $before) {
      nodes { id name prefix permissions lastUsedAt revokedAt owner { id email } }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

/** Audit events, with cursors and the addresses of users. */
export const auditEventsDocument = `
  query AuditEvents($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
    auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id } }
      nodes {
        id type createdAt ipAddress userAgent requestId reason details
        user { id email }
        actor { id email }
      }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

/** Audit events of users, by the federation field `_entities`. */
export const auditEventsOfUserDocument = `
  query AuditEventsOfUser($representations: [_Any!]!, $first: Int) {
    _entities(representations: $representations) {
      ... on User { id auditEvents(first: $first) { nodes { id type user { id } } } }
    }
  }
`
