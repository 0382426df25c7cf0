/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation LoginWithOldPassword($input: LoginInput!) {\n    login(input: $input) { __typename ... on PasswordExpired { resetToken expiresAt } }\n  }\n": typeof types.LoginWithOldPasswordDocument,
    "\n  mutation VerifyEmail($token: String!) {\n    verifyEmail(input: { token: $token }) {\n      __typename\n      ... on VerifyEmailSuccess { user { id username email emailVerified } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.VerifyEmailDocument,
    "\n  mutation DenyRegistration($token: String!) {\n    denyRegistration(input: { token: $token }) {\n      __typename\n      ... on DenyRegistrationSuccess { denied }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.DenyRegistrationDocument,
    "\n  mutation Resend($input: ResendVerificationEmailInput!) {\n    resendVerificationEmail(input: $input) {\n      __typename\n      ... on ResendVerificationEmailSuccess { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.ResendDocument,
    "\n  mutation RequestReset($input: RequestPasswordResetInput!) {\n    requestPasswordReset(input: $input) {\n      __typename\n      ... on RequestPasswordResetSuccess { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RequestResetDocument,
    "\n  mutation UnlockAccount($token: String!) {\n    unlockAccount(input: { token: $token }) {\n      __typename\n      ... on UnlockAccountSuccess { unlocked }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.UnlockAccountDocument,
    "\n  mutation ResetPassword($input: ResetPasswordInput!) {\n    resetPassword(input: $input) {\n      __typename\n      ... on ResetPasswordSuccess { revokedSessions }\n      ... on WeakPasswordProblem { unmet }\n      ... on PasswordReusedProblem { historySize }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.ResetPasswordDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      __typename\n      ... on ChangePasswordSuccess { revokedSessions tokens { accessToken refreshToken csrfToken } deviceToken }\n      ... on WeakPasswordProblem { unmet }\n      ... on PasswordReusedProblem { historySize }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.ChangePasswordDocument,
    "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) {\n      __typename\n      ... on UpdateProfileSuccess {\n        user { id username displayName firstName lastName phoneNumber phoneVerified preferences }\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.UpdateProfileDocument,
    "\n  mutation RequestEmailChange($input: RequestEmailChangeInput!) {\n    requestEmailChange(input: $input) {\n      __typename\n      ... on RequestEmailChangeSuccess { newEmail }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RequestEmailChangeDocument,
    "\n  mutation ConfirmEmailChange($token: String!) {\n    confirmEmailChange(input: { token: $token }) {\n      __typename\n      ... on ConfirmEmailChangeSuccess { user { id email emailVerified } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.ConfirmEmailChangeDocument,
    "\n  mutation UndoEmailChange($token: String!) {\n    undoEmailChange(input: { token: $token }) {\n      __typename\n      ... on UndoEmailChangeSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.UndoEmailChangeDocument,
    "\n  mutation DeleteAccount($input: DeleteAccountInput!) {\n    deleteAccount(input: $input) {\n      __typename\n      ... on DeleteAccountSuccess { userId }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.DeleteAccountDocument,
    "\n  mutation Reauthenticate($password: String!) {\n    reauthenticate(input: { password: $password }) {\n      __typename\n      ... on ReauthenticateSuccess { tokens { accessToken refreshToken csrfToken } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.ReauthenticateDocument,
    "\n  query User($id: ID!) {\n    user(id: $id) { id displayName email role permissions active locked lockedUntil sessions { totalCount } }\n  }\n": typeof types.UserDocument,
    "\n  query Users($filter: UserFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    users(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges { cursor node { id } }\n      nodes { id email username role active locked emailVerified }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n      totalCount\n    }\n  }\n": typeof types.UsersDocument,
    "\n  mutation SetUserRole($input: SetUserRoleInput!) {\n    setUserRole(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id role permissions } }\n      ... on ReauthenticationRequiredProblem { maxAgeSeconds }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.SetUserRoleDocument,
    "\n  mutation LockUser($input: LockUserInput!) {\n    lockUser(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id locked lockedUntil } }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.LockUserDocument,
    "\n  mutation UnlockUser($input: UnlockUserInput!) {\n    unlockUser(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id locked lockedUntil } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.UnlockUserDocument,
    "\n  mutation SetUserActive($input: SetUserActiveInput!) {\n    setUserActive(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id active } }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.SetUserActiveDocument,
    "\n  mutation RevokeUserSessions($input: RevokeUserSessionsInput!) {\n    revokeUserSessions(input: $input) {\n      __typename\n      ... on RevokeUserSessionsSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RevokeUserSessionsDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess {\n        secret\n        apiKey { id name prefix permissions rateLimit createdAt lastUsedAt expiresAt revokedAt owner { id } }\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on ReauthenticationRequiredProblem { maxAgeSeconds }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.CreateApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      __typename\n      ... on RevokeApiKeySuccess { apiKey { id revokedAt } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RevokeApiKeyDocument,
    "\n  query ApiKeys($first: Int, $after: String, $last: Int, $before: String) {\n    apiKeys(first: $first, after: $after, last: $last, before: $before) {\n      nodes { id name prefix permissions lastUsedAt revokedAt owner { id email } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.ApiKeysDocument,
    "\n  query AuditEvents($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges { cursor node { id } }\n      nodes {\n        id type createdAt ipAddress userAgent requestId reason details\n        user { id email }\n        actor { id email }\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.AuditEventsDocument,
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on RegisterSuccess {\n        user { id username displayName email emailVerified firstName lastName phoneNumber role loginCount lastLoginAt createdAt }\n        session { id current createdAt lastUsedAt expiresAt rememberMe ipAddress userAgent user { id email } device { name browser os type } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n        deviceToken\n      }\n      ... on RegistrationPending { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on WeakPasswordProblem { score unmet suggestions }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RegisterDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on LoginSuccess {\n        user { id username email role loginCount lastLoginAt }\n        session { id current createdAt expiresAt rememberMe riskSignals device { name browser os type } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n        deviceToken\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AccountLockedProblem { unlocksAt retryAfterSeconds }\n      ... on SessionLimitProblem { limit }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.LoginDocument,
    "\n  mutation Refresh($input: RefreshInput) {\n    refresh(input: $input) {\n      __typename\n      ... on RefreshSuccess {\n        session { id current lastUsedAt expiresAt ipAddress riskSignals user { id email role } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n      }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RefreshDocument,
    "\n  mutation Logout($input: LogoutInput) {\n    logout(input: $input) {\n      __typename\n      ... on LogoutSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.LogoutDocument,
    "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      __typename\n      ... on RevokeSessionSuccess { session { id current } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RevokeSessionDocument,
    "\n  mutation RevokeOtherSessions {\n    revokeOtherSessions {\n      __typename\n      ... on RevokeOtherSessionsSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RevokeOtherSessionsDocument,
    "\n  query Me {\n    me { id username displayName email role permissions active loginCount lastLoginAt }\n  }\n": typeof types.MeDocument,
    "\n  query CsrfToken {\n    csrfToken\n  }\n": typeof types.CsrfTokenDocument,
    "\n  query CurrentSession {\n    currentSession { id current }\n  }\n": typeof types.CurrentSessionDocument,
    "\n  query SecurityEvents($first: Int, $after: String, $last: Int, $before: String) {\n    securityEvents(first: $first, after: $after, last: $last, before: $before) {\n      nodes { id type createdAt ipAddress sessionId device { name browser os type } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.SecurityEventsDocument,
    "\n  query Sessions($first: Int, $after: String, $last: Int, $before: String) {\n    sessions(first: $first, after: $after, last: $last, before: $before) {\n      totalCount\n      nodes { id current createdAt rememberMe device { name browser os type } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  mutation ReportSession($input: ReportUnrecognizedSessionInput!) {\n    reportUnrecognizedSession(input: $input) {\n      __typename\n      ... on ReportUnrecognizedSessionSuccess { revokedSessions }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.ReportSessionDocument,
    "\n  query PasswordPolicy($tenant: String) {\n    passwordPolicy(tenant: $tenant) {\n      minLength maxLength requireUppercase requireLowercase requireDigit requireSymbol minScore rejectBreached historySize maxAgeDays\n    }\n  }\n": typeof types.PasswordPolicyDocument,
    "\n  mutation CheckPasswordStrength($input: CheckPasswordStrengthInput!) {\n    checkPasswordStrength(input: $input) {\n      __typename\n      ... on PasswordStrength { acceptable score unmet breached suggestions }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.CheckPasswordStrengthDocument,
    "\n  mutation GeneratePassword($input: GeneratePasswordInput) {\n    generatePassword(input: $input) {\n      __typename\n      ... on GeneratePasswordSuccess { password score }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.GeneratePasswordDocument,
    "\n  query VerifyToken($input: VerifyTokenInput!) {\n    verifyToken(input: $input) {\n      active reason subject sessionId tenantId role permissions missingPermissions issuedAt expiresAt\n    }\n  }\n": typeof types.VerifyTokenDocument,
    "\n  mutation RevokeToken($input: RevokeTokenInput!) {\n    revokeToken(input: $input) {\n      __typename\n      ... on RevokeTokenSuccess { jti expiresAt }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": typeof types.RevokeTokenDocument,
    "\n  query RevocationStats {\n    revocationStats { revokedSessions revokedUsers revokedTokens oldestExpiresAt }\n  }\n": typeof types.RevocationStatsDocument,
};
const documents: Documents = {
    "\n  mutation LoginWithOldPassword($input: LoginInput!) {\n    login(input: $input) { __typename ... on PasswordExpired { resetToken expiresAt } }\n  }\n": types.LoginWithOldPasswordDocument,
    "\n  mutation VerifyEmail($token: String!) {\n    verifyEmail(input: { token: $token }) {\n      __typename\n      ... on VerifyEmailSuccess { user { id username email emailVerified } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.VerifyEmailDocument,
    "\n  mutation DenyRegistration($token: String!) {\n    denyRegistration(input: { token: $token }) {\n      __typename\n      ... on DenyRegistrationSuccess { denied }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.DenyRegistrationDocument,
    "\n  mutation Resend($input: ResendVerificationEmailInput!) {\n    resendVerificationEmail(input: $input) {\n      __typename\n      ... on ResendVerificationEmailSuccess { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.ResendDocument,
    "\n  mutation RequestReset($input: RequestPasswordResetInput!) {\n    requestPasswordReset(input: $input) {\n      __typename\n      ... on RequestPasswordResetSuccess { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RequestResetDocument,
    "\n  mutation UnlockAccount($token: String!) {\n    unlockAccount(input: { token: $token }) {\n      __typename\n      ... on UnlockAccountSuccess { unlocked }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.UnlockAccountDocument,
    "\n  mutation ResetPassword($input: ResetPasswordInput!) {\n    resetPassword(input: $input) {\n      __typename\n      ... on ResetPasswordSuccess { revokedSessions }\n      ... on WeakPasswordProblem { unmet }\n      ... on PasswordReusedProblem { historySize }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.ResetPasswordDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      __typename\n      ... on ChangePasswordSuccess { revokedSessions tokens { accessToken refreshToken csrfToken } deviceToken }\n      ... on WeakPasswordProblem { unmet }\n      ... on PasswordReusedProblem { historySize }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.ChangePasswordDocument,
    "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) {\n      __typename\n      ... on UpdateProfileSuccess {\n        user { id username displayName firstName lastName phoneNumber phoneVerified preferences }\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.UpdateProfileDocument,
    "\n  mutation RequestEmailChange($input: RequestEmailChangeInput!) {\n    requestEmailChange(input: $input) {\n      __typename\n      ... on RequestEmailChangeSuccess { newEmail }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RequestEmailChangeDocument,
    "\n  mutation ConfirmEmailChange($token: String!) {\n    confirmEmailChange(input: { token: $token }) {\n      __typename\n      ... on ConfirmEmailChangeSuccess { user { id email emailVerified } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.ConfirmEmailChangeDocument,
    "\n  mutation UndoEmailChange($token: String!) {\n    undoEmailChange(input: { token: $token }) {\n      __typename\n      ... on UndoEmailChangeSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.UndoEmailChangeDocument,
    "\n  mutation DeleteAccount($input: DeleteAccountInput!) {\n    deleteAccount(input: $input) {\n      __typename\n      ... on DeleteAccountSuccess { userId }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.DeleteAccountDocument,
    "\n  mutation Reauthenticate($password: String!) {\n    reauthenticate(input: { password: $password }) {\n      __typename\n      ... on ReauthenticateSuccess { tokens { accessToken refreshToken csrfToken } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.ReauthenticateDocument,
    "\n  query User($id: ID!) {\n    user(id: $id) { id displayName email role permissions active locked lockedUntil sessions { totalCount } }\n  }\n": types.UserDocument,
    "\n  query Users($filter: UserFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    users(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges { cursor node { id } }\n      nodes { id email username role active locked emailVerified }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n      totalCount\n    }\n  }\n": types.UsersDocument,
    "\n  mutation SetUserRole($input: SetUserRoleInput!) {\n    setUserRole(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id role permissions } }\n      ... on ReauthenticationRequiredProblem { maxAgeSeconds }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.SetUserRoleDocument,
    "\n  mutation LockUser($input: LockUserInput!) {\n    lockUser(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id locked lockedUntil } }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.LockUserDocument,
    "\n  mutation UnlockUser($input: UnlockUserInput!) {\n    unlockUser(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id locked lockedUntil } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.UnlockUserDocument,
    "\n  mutation SetUserActive($input: SetUserActiveInput!) {\n    setUserActive(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id active } }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.SetUserActiveDocument,
    "\n  mutation RevokeUserSessions($input: RevokeUserSessionsInput!) {\n    revokeUserSessions(input: $input) {\n      __typename\n      ... on RevokeUserSessionsSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RevokeUserSessionsDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess {\n        secret\n        apiKey { id name prefix permissions rateLimit createdAt lastUsedAt expiresAt revokedAt owner { id } }\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on ReauthenticationRequiredProblem { maxAgeSeconds }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.CreateApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      __typename\n      ... on RevokeApiKeySuccess { apiKey { id revokedAt } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RevokeApiKeyDocument,
    "\n  query ApiKeys($first: Int, $after: String, $last: Int, $before: String) {\n    apiKeys(first: $first, after: $after, last: $last, before: $before) {\n      nodes { id name prefix permissions lastUsedAt revokedAt owner { id email } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.ApiKeysDocument,
    "\n  query AuditEvents($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges { cursor node { id } }\n      nodes {\n        id type createdAt ipAddress userAgent requestId reason details\n        user { id email }\n        actor { id email }\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.AuditEventsDocument,
    "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on RegisterSuccess {\n        user { id username displayName email emailVerified firstName lastName phoneNumber role loginCount lastLoginAt createdAt }\n        session { id current createdAt lastUsedAt expiresAt rememberMe ipAddress userAgent user { id email } device { name browser os type } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n        deviceToken\n      }\n      ... on RegistrationPending { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on WeakPasswordProblem { score unmet suggestions }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RegisterDocument,
    "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on LoginSuccess {\n        user { id username email role loginCount lastLoginAt }\n        session { id current createdAt expiresAt rememberMe riskSignals device { name browser os type } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n        deviceToken\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AccountLockedProblem { unlocksAt retryAfterSeconds }\n      ... on SessionLimitProblem { limit }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.LoginDocument,
    "\n  mutation Refresh($input: RefreshInput) {\n    refresh(input: $input) {\n      __typename\n      ... on RefreshSuccess {\n        session { id current lastUsedAt expiresAt ipAddress riskSignals user { id email role } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n      }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RefreshDocument,
    "\n  mutation Logout($input: LogoutInput) {\n    logout(input: $input) {\n      __typename\n      ... on LogoutSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.LogoutDocument,
    "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      __typename\n      ... on RevokeSessionSuccess { session { id current } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RevokeSessionDocument,
    "\n  mutation RevokeOtherSessions {\n    revokeOtherSessions {\n      __typename\n      ... on RevokeOtherSessionsSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RevokeOtherSessionsDocument,
    "\n  query Me {\n    me { id username displayName email role permissions active loginCount lastLoginAt }\n  }\n": types.MeDocument,
    "\n  query CsrfToken {\n    csrfToken\n  }\n": types.CsrfTokenDocument,
    "\n  query CurrentSession {\n    currentSession { id current }\n  }\n": types.CurrentSessionDocument,
    "\n  query SecurityEvents($first: Int, $after: String, $last: Int, $before: String) {\n    securityEvents(first: $first, after: $after, last: $last, before: $before) {\n      nodes { id type createdAt ipAddress sessionId device { name browser os type } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.SecurityEventsDocument,
    "\n  query Sessions($first: Int, $after: String, $last: Int, $before: String) {\n    sessions(first: $first, after: $after, last: $last, before: $before) {\n      totalCount\n      nodes { id current createdAt rememberMe device { name browser os type } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.SessionsDocument,
    "\n  mutation ReportSession($input: ReportUnrecognizedSessionInput!) {\n    reportUnrecognizedSession(input: $input) {\n      __typename\n      ... on ReportUnrecognizedSessionSuccess { revokedSessions }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.ReportSessionDocument,
    "\n  query PasswordPolicy($tenant: String) {\n    passwordPolicy(tenant: $tenant) {\n      minLength maxLength requireUppercase requireLowercase requireDigit requireSymbol minScore rejectBreached historySize maxAgeDays\n    }\n  }\n": types.PasswordPolicyDocument,
    "\n  mutation CheckPasswordStrength($input: CheckPasswordStrengthInput!) {\n    checkPasswordStrength(input: $input) {\n      __typename\n      ... on PasswordStrength { acceptable score unmet breached suggestions }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.CheckPasswordStrengthDocument,
    "\n  mutation GeneratePassword($input: GeneratePasswordInput) {\n    generatePassword(input: $input) {\n      __typename\n      ... on GeneratePasswordSuccess { password score }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.GeneratePasswordDocument,
    "\n  query VerifyToken($input: VerifyTokenInput!) {\n    verifyToken(input: $input) {\n      active reason subject sessionId tenantId role permissions missingPermissions issuedAt expiresAt\n    }\n  }\n": types.VerifyTokenDocument,
    "\n  mutation RevokeToken($input: RevokeTokenInput!) {\n    revokeToken(input: $input) {\n      __typename\n      ... on RevokeTokenSuccess { jti expiresAt }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n": types.RevokeTokenDocument,
    "\n  query RevocationStats {\n    revocationStats { revokedSessions revokedUsers revokedTokens oldestExpiresAt }\n  }\n": types.RevocationStatsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LoginWithOldPassword($input: LoginInput!) {\n    login(input: $input) { __typename ... on PasswordExpired { resetToken expiresAt } }\n  }\n"): typeof import('./graphql.ts').LoginWithOldPasswordDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyEmail($token: String!) {\n    verifyEmail(input: { token: $token }) {\n      __typename\n      ... on VerifyEmailSuccess { user { id username email emailVerified } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').VerifyEmailDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DenyRegistration($token: String!) {\n    denyRegistration(input: { token: $token }) {\n      __typename\n      ... on DenyRegistrationSuccess { denied }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').DenyRegistrationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Resend($input: ResendVerificationEmailInput!) {\n    resendVerificationEmail(input: $input) {\n      __typename\n      ... on ResendVerificationEmailSuccess { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').ResendDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RequestReset($input: RequestPasswordResetInput!) {\n    requestPasswordReset(input: $input) {\n      __typename\n      ... on RequestPasswordResetSuccess { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RequestResetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UnlockAccount($token: String!) {\n    unlockAccount(input: { token: $token }) {\n      __typename\n      ... on UnlockAccountSuccess { unlocked }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').UnlockAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResetPassword($input: ResetPasswordInput!) {\n    resetPassword(input: $input) {\n      __typename\n      ... on ResetPasswordSuccess { revokedSessions }\n      ... on WeakPasswordProblem { unmet }\n      ... on PasswordReusedProblem { historySize }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').ResetPasswordDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      __typename\n      ... on ChangePasswordSuccess { revokedSessions tokens { accessToken refreshToken csrfToken } deviceToken }\n      ... on WeakPasswordProblem { unmet }\n      ... on PasswordReusedProblem { historySize }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').ChangePasswordDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) {\n      __typename\n      ... on UpdateProfileSuccess {\n        user { id username displayName firstName lastName phoneNumber phoneVerified preferences }\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').UpdateProfileDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RequestEmailChange($input: RequestEmailChangeInput!) {\n    requestEmailChange(input: $input) {\n      __typename\n      ... on RequestEmailChangeSuccess { newEmail }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RequestEmailChangeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConfirmEmailChange($token: String!) {\n    confirmEmailChange(input: { token: $token }) {\n      __typename\n      ... on ConfirmEmailChangeSuccess { user { id email emailVerified } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').ConfirmEmailChangeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UndoEmailChange($token: String!) {\n    undoEmailChange(input: { token: $token }) {\n      __typename\n      ... on UndoEmailChangeSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').UndoEmailChangeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteAccount($input: DeleteAccountInput!) {\n    deleteAccount(input: $input) {\n      __typename\n      ... on DeleteAccountSuccess { userId }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').DeleteAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Reauthenticate($password: String!) {\n    reauthenticate(input: { password: $password }) {\n      __typename\n      ... on ReauthenticateSuccess { tokens { accessToken refreshToken csrfToken } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').ReauthenticateDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query User($id: ID!) {\n    user(id: $id) { id displayName email role permissions active locked lockedUntil sessions { totalCount } }\n  }\n"): typeof import('./graphql.ts').UserDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Users($filter: UserFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    users(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges { cursor node { id } }\n      nodes { id email username role active locked emailVerified }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n      totalCount\n    }\n  }\n"): typeof import('./graphql.ts').UsersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetUserRole($input: SetUserRoleInput!) {\n    setUserRole(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id role permissions } }\n      ... on ReauthenticationRequiredProblem { maxAgeSeconds }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').SetUserRoleDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LockUser($input: LockUserInput!) {\n    lockUser(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id locked lockedUntil } }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').LockUserDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UnlockUser($input: UnlockUserInput!) {\n    unlockUser(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id locked lockedUntil } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').UnlockUserDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetUserActive($input: SetUserActiveInput!) {\n    setUserActive(input: $input) {\n      __typename\n      ... on UserChangeSuccess { user { id active } }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').SetUserActiveDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeUserSessions($input: RevokeUserSessionsInput!) {\n    revokeUserSessions(input: $input) {\n      __typename\n      ... on RevokeUserSessionsSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RevokeUserSessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess {\n        secret\n        apiKey { id name prefix permissions rateLimit createdAt lastUsedAt expiresAt revokedAt owner { id } }\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on ReauthenticationRequiredProblem { maxAgeSeconds }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').CreateApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      __typename\n      ... on RevokeApiKeySuccess { apiKey { id revokedAt } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RevokeApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ApiKeys($first: Int, $after: String, $last: Int, $before: String) {\n    apiKeys(first: $first, after: $after, last: $last, before: $before) {\n      nodes { id name prefix permissions lastUsedAt revokedAt owner { id email } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').ApiKeysDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditEvents($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {\n    auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {\n      edges { cursor node { id } }\n      nodes {\n        id type createdAt ipAddress userAgent requestId reason details\n        user { id email }\n        actor { id email }\n      }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').AuditEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Register($input: RegisterInput!) {\n    register(input: $input) {\n      __typename\n      ... on RegisterSuccess {\n        user { id username displayName email emailVerified firstName lastName phoneNumber role loginCount lastLoginAt createdAt }\n        session { id current createdAt lastUsedAt expiresAt rememberMe ipAddress userAgent user { id email } device { name browser os type } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n        deviceToken\n      }\n      ... on RegistrationPending { email }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on WeakPasswordProblem { score unmet suggestions }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RegisterDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Login($input: LoginInput!) {\n    login(input: $input) {\n      __typename\n      ... on LoginSuccess {\n        user { id username email role loginCount lastLoginAt }\n        session { id current createdAt expiresAt rememberMe riskSignals device { name browser os type } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n        deviceToken\n      }\n      ... on AuthInvalidInputProblem { issues { path code message } }\n      ... on AccountLockedProblem { unlocksAt retryAfterSeconds }\n      ... on SessionLimitProblem { limit }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').LoginDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Refresh($input: RefreshInput) {\n    refresh(input: $input) {\n      __typename\n      ... on RefreshSuccess {\n        session { id current lastUsedAt expiresAt ipAddress riskSignals user { id email role } }\n        tokens { accessToken tokenType expiresIn accessTokenExpiresAt refreshToken refreshTokenExpiresAt csrfToken }\n      }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RefreshDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Logout($input: LogoutInput) {\n    logout(input: $input) {\n      __typename\n      ... on LogoutSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').LogoutDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      __typename\n      ... on RevokeSessionSuccess { session { id current } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RevokeSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeOtherSessions {\n    revokeOtherSessions {\n      __typename\n      ... on RevokeOtherSessionsSuccess { revokedSessions }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RevokeOtherSessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me { id username displayName email role permissions active loginCount lastLoginAt }\n  }\n"): typeof import('./graphql.ts').MeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CsrfToken {\n    csrfToken\n  }\n"): typeof import('./graphql.ts').CsrfTokenDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CurrentSession {\n    currentSession { id current }\n  }\n"): typeof import('./graphql.ts').CurrentSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SecurityEvents($first: Int, $after: String, $last: Int, $before: String) {\n    securityEvents(first: $first, after: $after, last: $last, before: $before) {\n      nodes { id type createdAt ipAddress sessionId device { name browser os type } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').SecurityEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions($first: Int, $after: String, $last: Int, $before: String) {\n    sessions(first: $first, after: $after, last: $last, before: $before) {\n      totalCount\n      nodes { id current createdAt rememberMe device { name browser os type } }\n      edges { cursor node { id } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').SessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReportSession($input: ReportUnrecognizedSessionInput!) {\n    reportUnrecognizedSession(input: $input) {\n      __typename\n      ... on ReportUnrecognizedSessionSuccess { revokedSessions }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').ReportSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PasswordPolicy($tenant: String) {\n    passwordPolicy(tenant: $tenant) {\n      minLength maxLength requireUppercase requireLowercase requireDigit requireSymbol minScore rejectBreached historySize maxAgeDays\n    }\n  }\n"): typeof import('./graphql.ts').PasswordPolicyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CheckPasswordStrength($input: CheckPasswordStrengthInput!) {\n    checkPasswordStrength(input: $input) {\n      __typename\n      ... on PasswordStrength { acceptable score unmet breached suggestions }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').CheckPasswordStrengthDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation GeneratePassword($input: GeneratePasswordInput) {\n    generatePassword(input: $input) {\n      __typename\n      ... on GeneratePasswordSuccess { password score }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').GeneratePasswordDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query VerifyToken($input: VerifyTokenInput!) {\n    verifyToken(input: $input) {\n      active reason subject sessionId tenantId role permissions missingPermissions issuedAt expiresAt\n    }\n  }\n"): typeof import('./graphql.ts').VerifyTokenDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeToken($input: RevokeTokenInput!) {\n    revokeToken(input: $input) {\n      __typename\n      ... on RevokeTokenSuccess { jti expiresAt }\n      ... on AuthInvalidInputProblem { issues { path code } }\n      ... on AuthProblem { code message }\n    }\n  }\n"): typeof import('./graphql.ts').RevokeTokenDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RevocationStats {\n    revocationStats { revokedSessions revokedUsers revokedTokens oldestExpiresAt }\n  }\n"): typeof import('./graphql.ts').RevocationStatsDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
