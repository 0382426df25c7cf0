import type { Config } from '../config/config.ts'
import { ApiKeyUses } from '../domain/api-keys/api-key-uses.ts'
import { createAuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { AuditSink } from '../domain/audit/audit-store.ts'
import { UserAgentRegister } from '../domain/audit/user-agents.ts'
import { PasskeyCeremonies } from '../domain/factors/passkey-ceremony.ts'
import { KeyRing } from '../domain/keys/key-ring.ts'
import { MailComposer } from '../domain/mail/mail-composer.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import { PasswordPolicyService } from '../domain/passwords/password-policy-service.ts'
import { hostName } from '../domain/passwords/personal-words.ts'
import { PhoneCodeDigests } from '../domain/phone-codes/phone-code-digests.ts'
import { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import { DeviceTokens } from '../domain/sessions/device-token.ts'
import { SessionUses } from '../domain/sessions/session-uses.ts'
import { TenantDirectory } from '../domain/tenants/tenant-directory.ts'
import { AccessTokenIssuer } from '../domain/tokens/access-token-issuer.ts'
import { AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import { RefreshTokenCodec } from '../domain/tokens/refresh-token.ts'
import { RevocationList } from '../domain/tokens/revocation-list.ts'
import { OwnAccounts } from '../domain/users/own-accounts.ts'
import { createFindSecondSteps } from '../flows/factors/find-second-steps.ts'
import type { Services } from '../flows/services.ts'
import { createPasskeySecondStep } from '../flows/steps/factors/passkey-second-step.ts'
import { createAccountMails } from '../flows/steps/mails/account-mails.ts'
import { normaliseAddress } from '../http/request/client-address.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { BackgroundTasks } from '../lib/concurrency/background-tasks.ts'
import { configuredRules } from './configured-rules.ts'
import type { AppLimits } from './create-http.ts'
import type { Protection } from './create-protection.ts'
import { derivedKeys } from './derived-keys.ts'
import { tokenAccessRules } from './token-access.ts'

/**
 * What exists before the services: the part of the process that delivers mail, writes audit batches and limits calls.
 */
export interface ServiceParts {
  readonly courier: MailWaker
  readonly auditSink: AuditSink
  readonly protection: Pick<
    Protection,
    'rateLimits' | 'tenantLimits' | 'recordRefusal' | 'lockOut' | 'guessPatterns'
  >
  readonly limits: Pick<AppLimits, 'revocationPollMs'>
}

/** Builds what use cases and steps work with. */
export function createServices(
  config: Config,
  infrastructure: Infrastructure,
  parts: ServiceParts,
): Services {
  const { clock, ids, logger, sealer, signingKeys, stores } = infrastructure
  const { rateLimits, tenantLimits, recordRefusal, lockOut, guessPatterns } = parts.protection
  const { algorithm, rsaKeyBits } = config.tokens
  const keys = new KeyRing({ store: signingKeys, sealer, clock, logger, algorithm, rsaKeyBits })
  const composer = new MailComposer({ sealer, ids, clock })
  const revocations = createRevocationList(config, infrastructure, parts.limits)
  const configured = configuredRules(config)
  const tenants = new TenantDirectory({ store: infrastructure.tenants, configured, revocations, clock })
  const { userChanges: changes } = infrastructure
  return {
    clock,
    ids,
    logger,
    metrics: infrastructure.metrics,
    alerts: infrastructure.alerts,
    background: new BackgroundTasks(),
    transaction: infrastructure.transaction,
    users: stores.users,
    accounts: stores.accounts,
    userAccess: stores.userAccess,
    pendingRegistrations: stores.pendingRegistrations,
    tenants,
    tenantStore: infrastructure.tenants,
    sessions: stores.sessions,
    passwordHistory: stores.passwordHistory,
    oneTimeTokens: stores.oneTimeTokens,
    phoneCodes: stores.phoneCodes,
    factors: stores.factors,
    totpSecrets: stores.totpSecrets,
    recoveryCodes: stores.recoveryCodes,
    signInChallenges: stores.signInChallenges,
    passkeyStore: stores.passkeys,
    apiKeys: stores.apiKeys,
    access: stores.access,
    rememberedDevices: stores.rememberedDevices,
    signingKeys,
    revocationStore: stores.revocations,
    auditStore: stores.audit,
    audit: createAuditRecorder({ clock, ids }),
    userAgents: new UserAgentRegister({ store: stores.userAgents, logger: infrastructure.logger }),
    auditSink: parts.auditSink,
    mails: createAccountMails({ composer, ids, clock, lifetimes: config.oneTimeTokens }),
    courier: parts.courier,
    hasher: infrastructure.hasher,
    passwordPolicy: createPasswordPolicy(config, infrastructure),
    lockOut,
    guessPatterns,
    rateLimits,
    tenantLimits,
    recordRefusal,
    keys,
    sealer,
    tokenAccess: tokenAccessRules(config),
    accessTokens: new AccessTokenIssuer({ keys, settings: config.tokens, clock, ids }),
    refreshTokens: new RefreshTokenCodec(config.secrets.refreshPeppers),
    csrfTokens: new CsrfTokens(derivedKeys(config, 'gatehouse csrf')),
    deviceTokens: new DeviceTokens(derivedKeys(config, 'gatehouse device tokens')),
    passkeyCeremonies: new PasskeyCeremonies({ sealer, clock, ids }),
    webauthn: infrastructure.webauthn,
    passkeyRp: config.webauthn,
    phoneCodeDigests: new PhoneCodeDigests(derivedKeys(config, 'gatehouse phone codes')),
    totp: infrastructure.totp,
    appName: config.app.name,
    passkeys: createPasskeySecondStep({
      passkeyStore: stores.passkeys,
      passkeyRp: config.webauthn,
      webauthn: infrastructure.webauthn,
      logger,
    }),
    verifier: new AccessTokenVerifier({ keys, settings: config.tokens, clock }),
    revocations,
    sessionChannel: infrastructure.sessionChannel,
    ownAccounts: new OwnAccounts({
      reader: stores.users,
      findAccess: (userIds) => stores.userAccess.findOf(userIds),
      findSecondSteps: createFindSecondSteps({ factors: stores.factors, tenants, clock }),
      changes,
      revocations,
      clock,
    }),
    apiKeyUses: new ApiKeyUses({ store: stores.apiKeys, clock, logger }),
    sessionUses: new SessionUses({ store: stores.sessions, clock, logger }),
    geo: infrastructure.geo,
    normaliseAddress,
    sendsMail: infrastructure.mailTransport !== null,
    sendsTextMessages: infrastructure.textTransport !== null,
    textCountries: config.textMessages.countries,
    oneTimeTokenLifetimes: config.oneTimeTokens,
    refreshRules: config.sessions,
    sessionProtection: config.protection.sessions,
    keyRotation: { ...config.keys, algorithm, rsaKeyBits },
    reauthenticationSeconds: config.reauthenticationSeconds,
  }
}

function createPasswordPolicy(
  { app, server }: Config,
  { passwordScorer: scorer, breachChecker: breaches }: Infrastructure,
): PasswordPolicyService {
  return new PasswordPolicyService({
    productWords: [app.name, hostName(app.url.hostname), hostName(server.publicUrl.hostname)],
    scorer,
    breaches,
  })
}

function createRevocationList(
  config: Config,
  infrastructure: Infrastructure,
  { revocationPollMs: pollMs }: ServiceParts['limits'],
): RevocationList {
  const { clock, logger, stores, revocationChannel: channel } = infrastructure
  const stalenessSeconds = config.revocationStalenessSeconds
  const deps = { store: stores.revocations, channel, clock, logger, stalenessSeconds }
  return new RevocationList(pollMs === undefined ? deps : { ...deps, pollMs })
}
