import {
  CombinedError,
  composeExchanges,
  type Exchange,
  makeOperation,
  mapExchange,
  type Operation,
  type OperationResult,
  stringifyDocument,
} from '@urql/core'
import { type AuthConfig, authExchange } from '@urql/exchange-auth'
import { isEmpty, type Refusal, refusalOf } from './answer.ts'
import type { AuthClient, RequestOptions } from './auth-client.ts'
import { type Call, isAboutSession, replacesTokens } from './call.ts'
import { unavailableFromError, unavailableIfEmpty } from './failure.ts'
import { withSessionHeaders } from './request-headers.ts'
import { acquireLock } from './session-lock.ts'

/**
 * An exchange for urql; it goes before the fetchExchange:
 * `exchanges: [cacheExchange, createAuthExchange(auth), fetchExchange]`. It sends the session's headers, stores the
 * tokens of sign-ins, refreshes, and repeats an operation once. If the service could not process the operation,
 * `error.networkError` is a GatehouseUnavailable, unless the response contains a part of the data.
 */
export function createAuthExchange(auth: AuthClient): Exchange {
  const sent: SentOperations = { options: new WeakMap(), partial: new WeakSet() }
  const heldLocks = new Map<number, () => void>()
  let mutationKey = 0
  return composeExchanges([
    mapExchange({
      onOperation(operation) {
        if (operation.kind === 'teardown') return operation
        const call = auth.readCall(stringifyDocument(operation.query))
        const context = { ...operation.context, [callKey]: call, [originalKey]: operation.key }
        if (operation.kind !== 'mutation') return makeOperation(operation.kind, operation, context)
        mutationKey -= 1
        return fillInput(auth, makeOperation(operation.kind, { ...operation, key: mutationKey }, context))
      },
      onResult(result) {
        const { operation } = result
        const key = operation.context[originalKey]
        return withUnavailable({
          ...result,
          operation: makeOperation(operation.kind, { ...operation, key }, operation.context),
        })
      },
    }),
    authExchange(async () => authConfig(auth, sent)),
    mapExchange({
      onOperation(operation) {
        if (operation.kind === 'teardown' || !replacesTokens(callOf(operation))) return operation
        return acquireLock(auth, callOf(operation)).then((release) => {
          heldLocks.set(operation.key, release)
          return withSession(auth, sent, operation)
        })
      },
      async onResult(result) {
        heldLocks.get(result.operation.key)?.()
        heldLocks.delete(result.operation.key)
        // The storage of device tokens may fail; the result is delivered nevertheless.
        await auth.applyResult(callOf(result.operation), result.data).catch(() => undefined)
        await recoverWithoutRepeat(auth, sent, result)
        return result
      },
    }),
  ])
}

async function fillInput(auth: AuthClient, operation: Operation): Promise<Operation> {
  const given = operation.variables ?? {}
  // The storage of device tokens may fail; then it is a sign-in on a new device.
  const variables = { ...(await auth.fillInput(callOf(operation), given).catch(() => given)) }
  return makeOperation(operation.kind, { ...operation, variables }, operation.context)
}

/**
 * Context field with the key under which the client knows an operation. Within this exchange each mutation has a key of
 * its own, so that two equal mutations are both sent.
 */
const originalKey = 'gatehouseKey'
/** Context field with the Call of an operation. */
const callKey = 'gatehouseCall'

function callOf(operation: Operation): Call {
  return operation.context[callKey]
}

/** What is known about sent operations, by their contexts. */
interface SentOperations {
  readonly options: WeakMap<object, RequestOptions>
  /** Mutations that were refused after a part of them had been executed. */
  readonly partial: WeakSet<object>
}

/**
 * The auth exchange repeats every operation whose error `didAuthError` reports. It ignores results without errors, and
 * must not repeat mutations that were executed in part: their refusals are resolved here.
 */
async function recoverWithoutRepeat(auth: AuthClient, sent: SentOperations, result: OperationResult) {
  const { operation, data, error } = result
  const options = sent.options.get(operation.context)
  const refusal = refusalOf({ data, errors: error?.graphQLErrors })
  if (options === undefined || refusal === null) return
  if (error !== undefined && (operation.kind !== 'mutation' || isEmpty(data))) return
  sent.partial.add(operation.context)
  await auth.recover(refusal, callOf(operation), options, data).catch(() => undefined)
}

/** What `refreshAuth` has to do before the waiting operations can be sent. */
interface PendingRefresh {
  readonly call: Call
  /** The refused attempt; null before the first one. */
  readonly refused: {
    readonly refusal: Refusal
    readonly options: RequestOptions
    readonly error: CombinedError
  } | null
}

function authConfig(auth: AuthClient, sent: SentOperations): AuthConfig {
  let pending: PendingRefresh | null = null
  return {
    addAuthToOperation: (operation) => withSession(auth, sent, operation),
    willAuthError(operation) {
      const call = callOf(operation)
      const ready = auth.isReady(call)
      if (!ready) pending = { call, refused: null }
      return !ready
    },
    didAuthError(error, operation) {
      const refusal = refusalOf({ errors: error.graphQLErrors })
      const options = sent.options.get(operation.context)
      if (refusal === null || options === undefined || sent.partial.has(operation.context)) return false
      if (!isAboutSession(refusal, callOf(operation))) return false
      pending = { call: callOf(operation), refused: { refusal, options, error } }
      return true
    },
    async refreshAuth() {
      const { call, refused } = pending ?? { call: auth.readCall(''), refused: null }
      pending = null
      if (refused !== null) {
        // An error thrown here becomes the result of every waiting operation: none of them is sent without a session.
        if (!(await auth.recover(refused.refusal, call, refused.options, null))) throw refused.error
      }
      // urql does not check the operation again, so refresh now: after a page load the x-csrf-token may not be enough.
      else if (!auth.isReady(call) && !auth.signedIn) await auth.refresh()
      // An operation of a previous session needs no preparation: `withSession` aborts it.
      else if (auth.isCurrent(call))
        await auth.prepare(call).catch((error) => auth.isCurrent(call) && fail(error))
    },
  }
}

/** Adds the session to an operation. An operation of a previous session is aborted when it would be sent. */
function withSession(auth: AuthClient, sent: SentOperations, operation: Operation): Operation {
  const { context } = operation
  const options = auth.requestOptions(callOf(operation))
  const given = typeof context.fetchOptions === 'function' ? context.fetchOptions() : context.fetchOptions
  const givenHeaders = given?.headers instanceof Headers ? Object.fromEntries(given.headers) : given?.headers
  const headers = withSessionHeaders(givenHeaders, options.headers)
  const authorized = makeOperation(operation.kind, operation, {
    ...context,
    fetchOptions: { ...given, credentials: options.credentials, headers },
    ...(auth.isCurrent(callOf(operation)) ? {} : { fetch: async () => fail(AbortSignal.abort().reason) }),
  })
  sent.options.set(authorized.context, options)
  return authorized
}

function fail(error: unknown): never {
  throw error
}

/** Replaces the error of a result by a GatehouseUnavailable if it represents one. */
function withUnavailable(result: OperationResult): OperationResult {
  const { error, data } = result
  if (error === undefined) return result
  const { networkError, graphQLErrors, response } = error
  if (networkError instanceof CombinedError) return { ...result, error: networkError }
  const unavailable = networkError
    ? unavailableFromError(networkError, response?.status)
    : unavailableIfEmpty(data, error)
  if (unavailable === null) return result
  return { ...result, error: new CombinedError({ networkError: unavailable, graphQLErrors, response }) }
}
