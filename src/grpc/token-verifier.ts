import type { ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js'
import { BadArgumentError, UnavailableError } from '../domain/refusals.ts'
import type { TokenVerdict } from '../domain/tokens/token-verdict.ts'
import type { VerifyToken } from '../flows/tokens/verify-token.ts'
import type { Tracer } from '../lib/observation/tracer.ts'
import { withTimeLimit } from '../lib/time/time-limit.ts'
import { statusOf } from './call-status.ts'
import { type CallEnd, traceCall } from './call-trace.ts'
import { admit, type GrpcAuthDeps } from './grpc-auth.ts'

export interface TokenVerifierDeps extends GrpcAuthDeps {
  readonly verifyToken: VerifyToken
  /** Null: there are no traces. */
  readonly tracer: Tracer | null
}

/** VerifyRequest, as proto-loader reads it. */
interface VerifyRequest {
  readonly token: string
  readonly requiredPermissions: readonly string[]
}

const maxTokens = 100
/** Tokens that are verified in parallel. Between chunks, a cancelled call is detected. */
const chunkSize = 10
/** The same limit as for a GraphQL operation. */
const limitMs = 8_000

type UnaryCall<T> = ServerUnaryCall<T, object>

/** gatehouse.v1.TokenVerification, with the same flow as the other transports. */
export function createTokenVerifier(deps: TokenVerifierDeps): UntypedServiceImplementation {
  return {
    Verify: unary<VerifyRequest>(deps, 'Verify', async (call) => {
      await admit(deps, call, 1)
      return toResponse(await verify(deps, call.request))
    }),
    VerifyBatch: unary<{ readonly requests: readonly VerifyRequest[] }>(deps, 'VerifyBatch', async (call) => {
      const { requests } = call.request
      await admit(deps, call, Math.min(requests.length, maxTokens))
      if (requests.length === 0 || requests.length > maxTokens)
        throw new BadArgumentError(`requests must contain 1 to ${maxTokens} items.`)
      return { responses: await verifyAll(deps, requests, call) }
    }),
  }
}

/**
 * Handles one call. If the client disconnects or its deadline passes (then the library sends DEADLINE_EXCEEDED), the call
 * is marked as cancelled, and no response must follow.
 */
function unary<T>(deps: TokenVerifierDeps, method: string, work: (call: UnaryCall<T>) => Promise<object>) {
  const handle = (call: UnaryCall<T>): Promise<CallEnd> =>
    withTimeLimit(work(call), limitMs, () => new UnavailableError()).then(
      (response) => ({ response }),
      (error: unknown) => ({ failed: statusOf(deps, error) }),
    )
  return async (call: UnaryCall<T>, callback: sendUnaryData<object>): Promise<void> => {
    const end = await traceCall(deps.tracer, method, call.metadata, () => handle(call))
    if (call.cancelled) return
    if ('failed' in end) callback(end.failed)
    else callback(null, end.response)
  }
}

function verify(
  deps: TokenVerifierDeps,
  { token, requiredPermissions }: VerifyRequest,
): Promise<TokenVerdict> {
  return deps.verifyToken(token, requiredPermissions)
}

async function verifyAll(
  deps: TokenVerifierDeps,
  requests: readonly VerifyRequest[],
  call: { readonly cancelled: boolean },
): Promise<readonly object[]> {
  const responses: object[] = []
  for (let start = 0; start < requests.length && !call.cancelled; start += chunkSize) {
    const verdicts = await Promise.all(
      requests.slice(start, start + chunkSize).map((request) => verify(deps, request)),
    )
    responses.push(...verdicts.map(toResponse))
  }
  return responses
}

/** Omitted fields have the default values of proto3. */
function toResponse({ active, reason, facts, missingPermissions }: TokenVerdict): object {
  const rejection = reason === null ? {} : { reason: `TOKEN_REJECTION_${reason}` }
  if (facts === null) return { active, ...rejection, missingPermissions }
  const { subject, sessionId, tenantId, role, permissions, issuedAt, expiresAt } = facts
  const { accessRoles: roles, authenticationMethods, assuranceLevel, authenticatedAt } = facts
  return {
    active,
    ...rejection,
    subject,
    sessionId: sessionId ?? '',
    tenantId,
    ...(role === null ? {} : { role: `USER_ROLE_${role}` }),
    roles,
    permissions,
    missingPermissions,
    issuedAt: toTimestamp(issuedAt),
    ...(expiresAt === null ? {} : { expiresAt: toTimestamp(expiresAt) }),
    authenticationMethods,
    ...(assuranceLevel === null ? {} : { assuranceLevel: `ASSURANCE_LEVEL_${assuranceLevel}` }),
    ...(authenticatedAt === null ? {} : { authenticatedAt: toTimestamp(authenticatedAt) }),
  }
}

function toTimestamp(time: Date): { readonly seconds: number; readonly nanos: number } {
  const ms = time.getTime()
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 }
}
