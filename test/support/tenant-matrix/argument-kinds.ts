/** This file, for the messages of the tests that read the table. */
export const argumentTable = 'test/support/tenant-matrix/argument-kinds.ts'

/**
 * What a place of an argument names. The matrix of tenants puts an object of another tenant into each place of the first group,
 * and expects the answer for an object that does not exist.
 */
const placesOfKinds = {
  // Objects that belong to a tenant.
  user: `
    Query.user(id) Query.auditEvents(filter.userId) Mutation.lockUser(input.userId) Mutation.unlockUser(input.userId)
    Mutation.resetUserFactors(input.userId) Mutation.revokeUserSessions(input.userId) Mutation.setPasswordExpiry(input.userId)
    Mutation.setUserActive(input.userId) Mutation.setUserMetadata(input.userId) Mutation.setUserRole(input.userId)
    Mutation.setUserRoles(input.userId)`,
  session: `
    Mutation.renameSession(input.sessionId) Mutation.revokeSession(input.sessionId)
    Mutation.reportUnrecognizedSession(input.sessionId)`,
  apiKey: 'Mutation.revokeApiKey(input.apiKeyId)',
  passkey: 'Mutation.removePasskey(input.passkeyId) Mutation.renamePasskey(input.passkeyId)',
  role: `
    Query.users(filter.accessRole) Mutation.defineRole(input.name) Mutation.removeRole(input.name)
    Mutation.setUserRoles(input.roles)`,
  tokenId: 'Query.revokedToken(jti) Mutation.revokeToken(input.jti) Mutation.revokeTokens(input.jtis)',
  accessToken: 'Mutation.revokeToken(input.token) Mutation.revokeTokens(input.tokens)',
  address: `
    Query.users(filter.search) Mutation.createTenant(input.administratorEmail) Mutation.login(input.identifier) Mutation.register(input.email)
    Mutation.requestEmailChange(input.newEmail) Mutation.requestPasswordReset(input.email)
    Mutation.resendVerificationEmail(input.email)`,
  username: 'Mutation.register(input.username) Mutation.updateProfile(input.username)',
  network: 'Query.auditEvents(filter.ipAddress)',
  tenant: `
    Query.auditEvents(filter.tenant) Query.authTenant(slug) Query.users(filter.tenant) Mutation.createTenant(input.slug)
    Mutation.setTenantActive(input.slug) Mutation.updateTenant(input.slug)`,
  emailChange: 'Mutation.confirmEmailChange(input.token)',
  ceremony:
    'Mutation.finishPasskeyRegistration(input.ceremonyToken) Mutation.reauthenticateWith(input.ceremonyToken)',
  device: 'Mutation.login(input.deviceToken)',
  cursor: `
    Query.apiKeys(after) Query.apiKeys(before) Query.auditEvents(after) Query.auditEvents(before) Query.authTenants(after)
    Query.authTenants(before) Query.securityEvents(after)
    Query.securityEvents(before) Query.sessions(after) Query.sessions(before) Query.users(after) Query.users(before)`,

  // The tenant in which a request without credentials can act: the own tenant of a caller makes no difference.
  stranger: `
    Query.passwordPolicy(tenant) Mutation.checkPasswordStrength(input.tenant) Mutation.login(input.tenant)
    Mutation.register(input.tenant) Mutation.requestPasswordReset(input.tenant) Mutation.resendVerificationEmail(input.tenant)
    Mutation.startPasskeyLogin(input.tenant)`,

  // Secrets: possession is enough, whatever else the request carries.
  secret: `
    Query.verifyToken(input.token) Mutation.completeMfaChallenge(input.challengeToken)
    Mutation.confirmTotp(input.enrolmentToken) Mutation.denyRegistration(input.token) Mutation.login(input.rememberedDeviceToken)
    Mutation.loginWithPasskey(input.ceremonyToken) Mutation.loginWithPasskey(input.deviceToken)
    Mutation.logout(input.refreshToken) Mutation.refresh(input.refreshToken) Mutation.reportUnrecognizedSession(input.token)
    Mutation.resetPassword(input.token) Mutation.startPasskeyRegistration(input.enrolmentToken)
    Mutation.startTotpEnrolment(input.enrolmentToken) Mutation.undoEmailChange(input.token)
    Mutation.undoFactorChange(input.token) Mutation.unlockAccount(input.token) Mutation.verifyEmail(input.token)`,
  // Proofs, which are compared with those of one account: that of the session, or of the secret beside them.
  proof: `
    Mutation.changePassword(input.currentPassword) Mutation.completeMfaChallenge(input.code)
    Mutation.completeMfaChallenge(input.passkey) Mutation.completeMfaChallenge(input.recoveryCode)
    Mutation.confirmTotp(input.code) Mutation.deleteAccount(input.currentPassword)
    Mutation.finishPasskeyRegistration(input.response) Mutation.login(input.password)
    Mutation.loginWithPasskey(input.response) Mutation.reauthenticate(input.password) Mutation.reauthenticateWith(input.code)
    Mutation.reauthenticateWith(input.passkey) Mutation.reauthenticateWith(input.password)
    Mutation.requestEmailChange(input.currentPassword) Mutation.verifyPhone(input.code)`,
  // Permissions of the application belong to the installation and are the same in every tenant.
  permission: `
    Query.verifyToken(input.requiredPermissions) Mutation.createApiKey(input.permissions)
    Mutation.definePermission(input.name) Mutation.defineRole(input.permissions) Mutation.removePermission(input.name)`,
  // Values, which name nothing.
  value: `
    Mutation.changePassword(input.newPassword) Mutation.checkPasswordStrength(input.password)
    Mutation.checkPasswordStrength(input.userInputs) Mutation.completeMfaChallenge(input.device.fingerprint)
    Mutation.completeMfaChallenge(input.device.name) Mutation.confirmTotp(input.device.fingerprint)
    Mutation.confirmTotp(input.device.name) Mutation.createApiKey(input.name) Mutation.createApiKey(input.rateLimit)
    Mutation.createTenant(input.name) Mutation.createTenant(input.settings.rateLimits)
    Mutation.createTenant(input.settings.registrationDomains) Mutation.setTenantActive(input.reason)
    Mutation.updateTenant(input.name) Mutation.updateTenant(input.settings.rateLimits)
    Mutation.updateTenant(input.settings.registrationDomains) Mutation.definePermission(input.description) Mutation.defineRole(input.description)
    Mutation.finishPasskeyRegistration(input.device.fingerprint) Mutation.finishPasskeyRegistration(input.device.name)
    Mutation.finishPasskeyRegistration(input.name) Mutation.lockUser(input.reason) Mutation.login(input.device.fingerprint)
    Mutation.login(input.device.name) Mutation.loginWithPasskey(input.device.fingerprint)
    Mutation.loginWithPasskey(input.device.name) Mutation.refresh(input.device.fingerprint) Mutation.refresh(input.device.name)
    Mutation.register(input.device.fingerprint) Mutation.register(input.device.name) Mutation.register(input.firstName)
    Mutation.register(input.lastName) Mutation.register(input.locale) Mutation.register(input.password)
    Mutation.register(input.phoneNumber) Mutation.renamePasskey(input.name) Mutation.renameSession(input.name)
    Mutation.resetPassword(input.newPassword) Mutation.resetUserFactors(input.reason) Mutation.revokeToken(input.reason)
    Mutation.revokeTokens(input.reason) Mutation.revokeUserSessions(input.reason) Mutation.setPasswordExpiry(input.reason)
    Mutation.setUserActive(input.reason) Mutation.setUserMetadata(input.metadata) Mutation.setUserRole(input.reason)
    Mutation.setUserRoles(input.reason) Mutation.startPasskeyRegistration(input.device.fingerprint)
    Mutation.startPasskeyRegistration(input.device.name) Mutation.startTotpEnrolment(input.device.fingerprint)
    Mutation.startTotpEnrolment(input.device.name) Mutation.unlockUser(input.reason) Mutation.updateProfile(input.firstName)
    Mutation.updateProfile(input.lastName) Mutation.updateProfile(input.locale) Mutation.updateProfile(input.phoneNumber)
    Mutation.updateProfile(input.preferences)`,
} as const

export type ArgumentKind = keyof typeof placesOfKinds
/** Kinds whose places get an object of another tenant. */
export type ObjectKind = Exclude<ArgumentKind, 'stranger' | 'secret' | 'proof' | 'permission' | 'value'>

/** Every row of the table: the name of a place, and its kind. */
export const argumentKinds: ReadonlyMap<string, ArgumentKind> = new Map(
  kindNames().flatMap((kind) => wordsOf(placesOfKinds[kind]).map((place) => [place, kind] as const)),
)

/** Rows that stand in the table twice. */
export const repeatedRows: readonly string[] = kindNames()
  .flatMap((kind) => wordsOf(placesOfKinds[kind]))
  .filter((place, index, all) => all.indexOf(place) !== index)

/** Whether a place of that kind names an object that belongs to a tenant. */
export function isObjectKind(kind: ArgumentKind | undefined): kind is ObjectKind {
  return kind !== undefined && !/^(stranger|secret|proof|permission|value)$/.test(kind)
}

function kindNames(): readonly ArgumentKind[] {
  return Object.keys(placesOfKinds).filter((kind): kind is ArgumentKind => kind in placesOfKinds)
}

function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
