import { Metadata, type StatusObject, status } from '@grpc/grpc-js'
import type { Viewer } from '../domain/access/viewer.ts'
import { type Origin, ownOrigin } from '../domain/origin/origin.ts'
import { RateLimitedProblem } from '../domain/problems.ts'
import type { FloodGuard } from '../domain/rate-limits/flood-guard.ts'
import { LimitReport } from '../domain/rate-limits/limit-report.ts'
import { limits } from '../domain/rate-limits/limits.ts'
import type { RateLimits } from '../domain/rate-limits/rate-limit-service.ts'
import {
  BadArgumentError,
  ForbiddenError,
  UnauthenticatedError,
  UnavailableError,
} from '../domain/refusals.ts'
import { type Authenticate, admitted } from '../flows/sign-in/authenticate.ts'
import { noCredentials } from '../flows/steps/credentials.ts'
import type { Ids } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'

export interface GrpcAuthDeps {
  readonly authenticate: Authenticate
  readonly rateLimits: Pick<RateLimits, 'charge'>
  readonly addressRules: {
    refusalOf(address: string | null): string | null
    isExempt(address: string): boolean
  }
  /** Null: nobody is blocked. */
  readonly floodGuard: Pick<FloodGuard, 'blockedSeconds' | 'noteRefusals'> | null
  /** The client's address, of what the socket and a trusted proxy say. */
  resolveAddress(peer: string | null, forwardedFor: string | null): string | null
  isUnavailable(error: unknown): boolean
  readonly ids: Ids
  readonly logger: Logger
}

interface Call {
  readonly metadata: Metadata
  /** Address and port of the socket. */
  getPeer(): string
}

/** Too many refused calls came from this address. */
class BlockedError extends Error {
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super(`Too many refused requests from this address. Try again in ${retryAfterSeconds} seconds.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** This address, or the process, has as many open calls as it may have. */
export class TooManyCallsError extends Error {
  constructor() {
    super('Too many calls are open. End one, or try again in a moment.')
  }
}

/**
 * Whoever calls by a token or API key in the metadata, and may verify tokens. The same order as over HTTP: who it is, what
 * it costs (`count` calls), whether he may; whether his address is served has been asked before.
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
  const one = { limit: limits.query, caller, identifier: null, checksCredentials: false, report }
  try {
    await Promise.all(Array.from({ length: Math.max(1, count) }, () => deps.rateLimits.charge(one)))
  } catch (error) {
    if (error instanceof RateLimitedProblem) tellFloodGuard(deps, origin.address)
    throw error
  }
  return admitted(authentication, 'tokens:verify')
}

/** What a failed call is answered with (https://grpc.io/docs/guides/status-codes). */
export function statusOf(
  deps: GrpcAuthDeps,
  error: unknown,
): Pick<StatusObject, 'code' | 'details' | 'metadata'> {
  const metadata = new Metadata()
  const told = (code: status, details: string) => ({ code, details, metadata })
  if (error instanceof UnauthenticatedError) return told(status.UNAUTHENTICATED, error.message)
  if (error instanceof ForbiddenError) return told(status.PERMISSION_DENIED, error.message)
  if (error instanceof BadArgumentError) return told(status.INVALID_ARGUMENT, error.message)
  if (error instanceof TooManyCallsError) return told(status.RESOURCE_EXHAUSTED, error.message)
  if (error instanceof RateLimitedProblem || error instanceof BlockedError) {
    metadata.set('retry-after', String(error.retryAfterSeconds))
    return told(status.RESOURCE_EXHAUSTED, error.message)
  }
  const unavailable = error instanceof UnavailableError || deps.isUnavailable(error)
  const requestId = deps.ids.next()
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error }
  const line = { requestId, error: { name, stack: stack.slice(0, 8000) } }
  if (!unavailable) {
    deps.logger.error(line, 'Unexpected error.')
    return told(status.INTERNAL, `Unexpected error, request ${requestId}.`)
  }
  deps.logger.warn(line, 'Something that a service needs cannot be asked.')
  return told(status.UNAVAILABLE, 'Try again in a moment.')
}

/** The client's; null = unknown. */
export function addressOf(deps: Pick<GrpcAuthDeps, 'resolveAddress'>, call: Call): string | null {
  // Address and port; of IPv6 without brackets.
  const peer = /^(.+):[0-9]+$/.exec(call.getPeer())?.[1] ?? null
  return deps.resolveAddress(peer, headerOf(call.metadata, 'x-forwarded-for'))
}

/** @throws what statusOf knows when this address is not served, or not now */
export function assertServed({ addressRules, floodGuard }: GrpcAuthDeps, address: string | null): void {
  if (addressRules.refusalOf(address) !== null) throw new ForbiddenError()
  if (address === null || floodGuard === null || addressRules.isExempt(address)) return
  const seconds = floodGuard.blockedSeconds(address)
  if (seconds > 0) throw new BlockedError(seconds)
}

/** One refusal for each call: a batch that is too much must not block its whole address at once. */
function tellFloodGuard({ addressRules, floodGuard }: GrpcAuthDeps, address: string | null): void {
  if (address === null || addressRules.isExempt(address)) return
  floodGuard?.noteRefusals(address, 1)
}

/** Two of one name are one that nobody can have meant. */
function headerOf(metadata: Metadata, name: string): string | null {
  const values = metadata.get(name)
  return values.length === 0 ? null : values.map(String).join(', ')
}
