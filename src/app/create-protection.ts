import type { Config } from '../config/config.ts'
import { GuessPatterns } from '../domain/attempts/guess-patterns.ts'
import { LockOut, type LockOutDeps } from '../domain/attempts/lock-out.ts'
import { createAuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { AuditSink } from '../domain/audit/audit-store.ts'
import { TrustedEdge } from '../domain/origin/trusted-edge.ts'
import { ChargeCounter } from '../domain/rate-limits/charge-counter.ts'
import { FloodGuard } from '../domain/rate-limits/flood-guard.ts'
import { RateLimits } from '../domain/rate-limits/rate-limit-service.ts'
import { TenantLimits } from '../domain/rate-limits/tenant-limits.ts'
import type { GeoLocator } from '../domain/risk/geo-locator.ts'
import { createRecordRefusal, type RecordRefusal } from '../flows/steps/access/record-refusal.ts'
import { AddressRules } from '../http/request/address-rules.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { derivedKeys } from './derived-keys.ts'

/** What limits, blocks and counts calls and guesses. */
export interface Protection {
  readonly rateLimits: RateLimits
  readonly tenantLimits: TenantLimits
  readonly recordRefusal: RecordRefusal
  /** Null: no gateway signs its requests. */
  readonly trustedEdge: TrustedEdge | null
  readonly addressRules: AddressRules
  /** Null: limits are off, and no address is blocked. */
  readonly floodGuard: FloodGuard | null
  /** Limits guesses at passwords. */
  readonly lockOut: LockOut
  readonly guessPatterns: GuessPatterns
}

export function createProtection(
  config: Config,
  infrastructure: Infrastructure,
  auditSink: AuditSink,
): Protection {
  const { protection, gateway, emailVerification } = config
  const { clock, ids, logger, metrics, alerts, rateLimiter, geo } = infrastructure
  const { limits, addresses } = protection
  const addressRules = new AddressRules({ ...addresses, countries: countriesOf(protection.geo, geo) })
  // Names of counters are HMACs. Password attempts are also counted under the key of the previous MASTER_KEY.
  const [key, previousKey = null] = derivedKeys(config, 'gatehouse limits')
  const audit = createAuditRecorder({ clock, ids })
  const recordRefusal = createRecordRefusal({ audit, auditSink, key, clock, logger, metrics })
  const counter = new ChargeCounter({ limiter: rateLimiter, clock, logger, metrics })
  const rateLimits = new RateLimits({
    budgets: limits?.budgets ?? null,
    counter,
    key,
    isExempt: (address) => addressRules.isExempt(address),
    registrationMails: emailVerification !== 'off',
    refused: recordRefusal,
    alerts,
  })
  const tenantLimits = new TenantLimits({ counter, key, refused: recordRefusal })
  const floodGuard = limits === null ? null : new FloodGuard({ ...limits.flood, key, clock, logger, alerts })
  const { attempts } = infrastructure
  const counting = { attempts, key, failed: reportFailures(infrastructure) }
  const lockOut = new LockOut({ ...counting, previousKey, rules: protection.lockOut })
  const guessPatterns = new GuessPatterns(counting)
  const trustedEdge = openEdge(gateway, infrastructure)
  return {
    rateLimits,
    tenantLimits,
    recordRefusal,
    trustedEdge,
    addressRules,
    floodGuard,
    lockOut,
    guessPatterns,
  }
}

function openEdge(
  { secrets }: Config['gateway'],
  { edgeNonces: nonces, clock, metrics, alerts }: Infrastructure,
): TrustedEdge | null {
  return secrets === null ? null : new TrustedEdge({ secrets, nonces, clock, metrics, alerts })
}

function countriesOf(rules: Config['protection']['geo'], locator: GeoLocator | null) {
  if (rules === null || locator === null) return null
  return { locator, allowed: rules.allowedCountries, denied: rules.deniedCountries }
}

/**
 * Reports that attempts cannot be counted. In an outage every call fails, so the log gets one line a minute; the
 * metrics count all.
 */
function reportFailures({ logger, metrics, clock }: Infrastructure): LockOutDeps['failed'] {
  let loggedAtMs = Number.NEGATIVE_INFINITY
  return (error, done) => {
    metrics.count('limiter_failed', done)
    const nowMs = clock.monotonicMs()
    if (nowMs < loggedAtMs + 60_000) return
    loggedAtMs = nowMs
    logger.error({ error }, 'password attempts cannot be counted')
  }
}
