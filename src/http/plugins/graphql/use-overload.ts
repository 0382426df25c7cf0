import type { DocumentNode } from 'graphql'
import type { PasswordHasher } from '../../../domain/passwords/password-hasher.ts'
import type { RateLimits } from '../../../domain/rate-limits/rate-limit-service.ts'
import type { DeviceTokens } from '../../../domain/sessions/device-token.ts'
import type { HashingCalls } from '../../../graphql/edge/hashing-calls.ts'
import type { Metrics } from '../../../lib/observation/metrics.ts'
import { readCredentials } from '../../request/credentials.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Decides whether a call is refused, and charges it. */
export interface Overload {
  readonly hasher: Pick<PasswordHasher, 'hasRoom'>
  readonly hashingCalls: Pick<HashingCalls, 'of'>
  readonly rateLimits: Pick<RateLimits, 'chargeRefused'>
  readonly deviceTokens: Pick<DeviceTokens, 'open'>
}

export interface OverloadDeps extends Overload {
  readonly contexts: RequestContexts
  readonly metrics: Metrics
  /** Documents that have been parsed, by their text. */
  readonly parsed: { get(text: string): DocumentNode | undefined }
}

/**
 * Refuses calls that hash a password while the hasher has no room, without executing their operations, and charges them without
 * waiting for the counters. A call is executed, and refused there, if its document was not parsed before or has other fields, if
 * it has credentials in headers, and if a budget is used up.
 */
export function useOverload(deps: OverloadDeps): HttpPlugin {
  const { contexts, hasher, hashingCalls, rateLimits, deviceTokens, metrics, parsed } = deps
  return {
    onParams({ request, params: { query, operationName, variables = {} }, setResult }) {
      if (hasher.hasRoom || request.method !== 'POST' || query === undefined) return
      const startedMs = performance.now()
      const document = parsed.get(query)
      const call = document === undefined ? null : hashingCalls.of(document)
      if (call === null || (operationName ?? call.operationName) !== call.operationName) return
      const context = contexts.of(request)
      const credentials = readCredentials(request, context.cookies)
      if (credentials.authorization !== null || credentials.apiKey !== null) return
      const identified = call.identify(variables, { credentials, deviceTokens })
      if (identified === null) return
      const { limit, checksCredentials } = call
      const caller = { origin: context.origin, viewer: null }
      const report = context.limitReport
      if (!rateLimits.chargeRefused({ limit, checksCredentials, ...identified, caller, report })) return
      context.operation = { type: 'mutation', name: call.operationName }
      metrics.count('hash_refused')
      metrics.count('calls', call.field, 'UNAVAILABLE')
      metrics.observe('call', (performance.now() - startedMs) / 1000, call.field)
      setResult(call.refusal)
    },
  }
}
