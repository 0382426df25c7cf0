import type { Metadata } from '@grpc/grpc-js'
import type { Viewer } from '../domain/access/viewer.ts'
import { type Origin, ownOrigin } from '../domain/origin/origin.ts'
import { RateLimitedProblem } from '../domain/problems.ts'
import type { FloodGuard } from '../domain/rate-limits/flood-guard.ts'
import { LimitReport } from '../domain/rate-limits/limit-report.ts'
import { limits } from '../domain/rate-limits/limits.ts'
import { ForbiddenError } from '../domain/refusals.ts'
import { type Authenticate, requirePermission } from '../flows/sign-in/authenticate.ts'
import type { ChargeCall } from '../flows/sign-in/charge-call.ts'
import { noCredentials } from '../flows/steps/access/credentials.ts'
import { BlockedError, type CallStatusDeps } from './call-status.ts'

export interface GrpcAuthDeps extends CallStatusDeps {
  readonly authenticate: Authenticate
  readonly chargeCall: ChargeCall
  readonly addressRules: {
    refusalOf(address: string | null): string | null
    isExempt(address: string): boolean
  }
  /** Null: no address is ever blocked. */
  readonly floodGuard: Pick<FloodGuard, 'blockedSeconds' | 'noteRefusals'> | null
  /** The client's address, as the socket and trusted proxies report it. */
  resolveAddress(peer: string | null, forwardedFor: string | null): string | null
}

interface Call {
  readonly metadata: Metadata
  /** Address and port of the socket. */
  getPeer(): string
}

/**
 * Authenticates the caller by the token or API key in the metadata, charges `count` calls, and requires tokens:verify: the
 * same order as over HTTP. `assertServed` has checked the address before.
 * @throws errors that `statusOf` maps
 */
export async function admit(deps: GrpcAuthDeps, call: Call, count: number): Promise<Viewer> {
  const origin: Origin = { ...ownOrigin(deps.ids.next()), address: addressOf(deps, call) }
  const authentication = await deps.authenticate({
    ...noCredentials,
    authorization: headerOf(call.metadata, 'authorization'),
    apiKey: headerOf(call.metadata, 'x-api-key'),
  })
  const report = new LimitReport()
  const caller = { origin, viewer: authentication.viewer }
  const one = {
    limit: limits.query,
    caller,
    identifier: null,
    tenant: null,
    checksCredentials: false,
    report,
  }
  try {
    await Promise.all(Array.from({ length: Math.max(1, count) }, () => deps.chargeCall(one)))
  } catch (error) {
    if (error instanceof RateLimitedProblem && !error.isOfTenant) noteRefusal(deps, origin.address)
    throw error
  }
  return requirePermission(authentication, 'tokens:verify')
}

/** The client's address; null if unknown. */
export function addressOf(deps: Pick<GrpcAuthDeps, 'resolveAddress'>, call: Call): string | null {
  // `getPeer` appends the port; IPv6 addresses have no brackets.
  const peer = /^(.+):[0-9]+$/.exec(call.getPeer())?.[1] ?? null
  return deps.resolveAddress(peer, headerOf(call.metadata, 'x-forwarded-for'))
}

/** The address to whose share of connections a peer counts; null for proxies and addresses that are exempt. */
export function shareOf(
  { resolveAddress, addressRules }: Pick<GrpcAuthDeps, 'resolveAddress' | 'addressRules'>,
  peer: string | null,
): string | null {
  const address = resolveAddress(peer, null)
  return address === null || addressRules.isExempt(address) ? null : address
}

/** @throws ForbiddenError if the address is denied, BlockedError while it is blocked */
export function assertServed({ addressRules, floodGuard }: GrpcAuthDeps, address: string | null): void {
  if (addressRules.refusalOf(address) !== null) throw new ForbiddenError()
  if (address === null || floodGuard === null || addressRules.isExempt(address)) return
  const seconds = floodGuard.blockedSeconds(address)
  if (seconds > 0) throw new BlockedError(seconds)
}

/** A refused batch counts as one refusal, so that it does not block the whole address at once. */
function noteRefusal({ addressRules, floodGuard }: GrpcAuthDeps, address: string | null): void {
  if (address === null || addressRules.isExempt(address)) return
  floodGuard?.noteRefusals(address, 1)
}

/** Repeated headers are joined with commas. Two credentials become an invalid one, so that neither is accepted. */
function headerOf(metadata: Metadata, name: string): string | null {
  const values = metadata.get(name)
  return values.length === 0 ? null : values.map(String).join(', ')
}
