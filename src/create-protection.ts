import type { Config } from './config/config.ts'
import { RateLimits } from './domain/rate-limits/rate-limit-service.ts'
import { AddressList } from './http/address-list.ts'
import type { Infrastructure } from './infrastructure.ts'
import { deriveKey } from './lib/digest.ts'

/** What stands between the service and everyone who tries. */
export interface Protection {
  readonly rateLimits: RateLimits
}

export function createProtection(
  { protection, emailVerification }: Config,
  infrastructure: Infrastructure,
  masterKey: Uint8Array,
): Protection {
  const { clock, logger, metrics, rateLimiter } = infrastructure
  const { limits, addresses } = protection
  const exempt = new AddressList(addresses.allowed)
  const rateLimits = new RateLimits({
    budgets: limits?.budgets ?? null,
    limiter: rateLimiter,
    key: deriveKey(masterKey, 'gatehouse limits'),
    isExempt: (address) => exempt.has(address),
    registrationMails: emailVerification !== 'off',
    clock,
    logger,
    metrics,
  })
  return { rateLimits }
}
