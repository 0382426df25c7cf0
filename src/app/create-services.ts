import type { Config } from '../config/config.ts'
import { ApiKeyUses } from '../domain/api-keys/api-key-uses.ts'
import { createAuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { AuditSink } from '../domain/audit/audit-store.ts'
import { KeyRing } from '../domain/keys/key-ring.ts'
import { MailComposer } from '../domain/mail/mail-composer.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import { PasswordPolicyService } from '../domain/passwords/password-policy-service.ts'
import { passwordPresets } from '../domain/passwords/password-rules.ts'
import { hostName } from '../domain/passwords/personal-words.ts'
import { CsrfTokens } from '../domain/sessions/csrf-token.ts'
import { DeviceTokens } from '../domain/sessions/device-token.ts'
import { SessionUses } from '../domain/sessions/session-uses.ts'
import { AccessTokenIssuer } from '../domain/tokens/access-token-issuer.ts'
import { AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import { RefreshTokenCodec } from '../domain/tokens/refresh-token.ts'
import { RevocationList } from '../domain/tokens/revocation-list.ts'
import type { Services } from '../flows/services.ts'
import { AccountMails } from '../flows/steps/account-mails.ts'
import { normaliseAddress } from '../http/request/client-address.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { Protection } from './create-protection.ts'
import { derivedKeys } from './derived-keys.ts'

/**
 * What exists before the services: the part of the process that delivers mail, writes audit batches and limits calls.
 */
export interface ServiceParts {
  readonly courier: MailWaker
  readonly auditSink: AuditSink
  readonly protection: Pick<Protection, 'rateLimits' | 'recordRefusal' | 'lockOut' | 'guessPatterns'>
}

/** Builds what use cases and steps work with. */
export function createServices(
  config: Config,
  infrastructure: Infrastructure,
  parts: ServiceParts,
): Services {
  const { clock, ids, logger, sealer, signingKeys, stores } = infrastructure
  const { rateLimits, recordRefusal, lockOut, guessPatterns } = parts.protection
  const { algorithm, rsaKeyBits } = config.tokens
  const keys = new KeyRing({ store: signingKeys, sealer, clock, logger, algorithm, rsaKeyBits })
  const composer = new MailComposer({ sealer, ids, clock })
  return {
    clock,
    ids,
    logger,
    metrics: infrastructure.metrics,
    alerts: infrastructure.alerts,
    transaction: infrastructure.transaction,
    users: stores.users,
    accounts: stores.accounts,
    pendingRegistrations: stores.pendingRegistrations,
    tenants: infrastructure.tenants,
    sessions: stores.sessions,
    passwordHistory: stores.passwordHistory,
    oneTimeTokens: stores.oneTimeTokens,
    apiKeys: stores.apiKeys,
    signingKeys,
    revocationStore: stores.revocations,
    auditStore: stores.audit,
    audit: createAuditRecorder({ clock, ids }),
    auditSink: parts.auditSink,
    mails: new AccountMails({ composer, ids, clock, lifetimes: config.oneTimeTokens }),
    courier: parts.courier,
    hasher: infrastructure.hasher,
    passwordPolicy: createPasswordPolicy(config, infrastructure),
    lockOut,
    guessPatterns,
    rateLimits,
    recordRefusal,
    keys,
    sealer,
    accessTokens: new AccessTokenIssuer({ keys, settings: config.tokens, clock, ids }),
    refreshTokens: new RefreshTokenCodec(config.secrets.refreshPeppers),
    csrfTokens: new CsrfTokens(derivedKeys(config, 'gatehouse csrf')),
    deviceTokens: new DeviceTokens(derivedKeys(config, 'gatehouse device tokens')),
    verifier: new AccessTokenVerifier({ keys, settings: config.tokens, clock }),
    revocations: createRevocationList(config, infrastructure),
    sessionChannel: infrastructure.sessionChannel,
    apiKeyUses: new ApiKeyUses({ store: stores.apiKeys, clock, logger }),
    sessionUses: new SessionUses({ store: stores.sessions, clock, logger }),
    geo: infrastructure.geo,
    normaliseAddress,
    emailVerification: config.emailVerification,
    oneTimeTokenLifetimes: config.oneTimeTokens,
    sessionRules: config.sessions,
    sessionProtection: config.protection.sessions,
    keyRotation: { ...config.keys, algorithm, rsaKeyBits },
    reauthenticationSeconds: config.reauthenticationSeconds,
  }
}

function createPasswordPolicy(
  { passwords, app, server }: Config,
  { passwordScorer: scorer, breachChecker: breaches, logger }: Infrastructure,
): PasswordPolicyService {
  return new PasswordPolicyService({
    rules: { ...passwordPresets[passwords.policy], ...passwords.overrides },
    productWords: [app.name, hostName(app.url.hostname), hostName(server.publicUrl.hostname)],
    scorer,
    breaches,
    logger,
  })
}

function createRevocationList(config: Config, infrastructure: Infrastructure): RevocationList {
  const { clock, logger, stores, revocationChannel: channel } = infrastructure
  const stalenessSeconds = config.revocationStalenessSeconds
  return new RevocationList({ store: stores.revocations, channel, clock, logger, stalenessSeconds })
}
