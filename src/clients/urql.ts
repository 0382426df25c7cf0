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
import { type Refusal, refusalOf } from './answer.ts'
import type { AuthClient, Sending } from './auth-client.ts'
import { type Call, isMendable, readCall } from './call.ts'
import { withSessionHeaders } from './request-headers.ts'
import { readFailure, readUndecided } from './undecided.ts'

/**
 * Goes before the fetchExchange: `exchanges: [cacheExchange, createAuthExchange(auth), fetchExchange]`. Sends the
 * session's headers, keeps the tokens of sign-ins, refreshes, and repeats an operation once. What the service could
 * not decide has a GatehouseUnavailable as `error.networkError`, unless a part of the answer has come.
 */
export function createAuthExchange(auth: AuthClient): Exchange {
  return composeExchanges([
    mapExchange({ onOperation: (operation) => fillIn(auth, operation), onResult: tellUnavailable }),
    authExchange(async () => authConfig(auth)),
    mapExchange({
      onResult: async (result) => {
        await auth.note(callOf(result.operation), result.data)
        return result
      },
    }),
  ])
}

function callOf(operation: Operation): Call {
  return readCall(stringifyDocument(operation.query))
}

function fillIn(auth: AuthClient, operation: Operation): Operation | Promise<Operation> {
  if (operation.kind !== 'mutation') return operation
  const filled = auth.fill(callOf(operation), operation.variables ?? {})
  return filled.then((variables) =>
    makeOperation(operation.kind, { ...operation, variables: { ...variables } }, operation.context),
  )
}

/** What is to be done before the operations that wait can be sent. */
interface Waiting {
  readonly call: Call
  /** What was refused; null before the first attempt. */
  readonly refused: { readonly refusal: Refusal; readonly sending: Sending } | null
}

function authConfig(auth: AuthClient): AuthConfig {
  const sendings = new WeakMap<object, Sending>()
  let waiting: Waiting | null = null
  return {
    addAuthToOperation(operation) {
      const sending = auth.sending(callOf(operation))
      const sent = withSession(operation, sending)
      sendings.set(sent.context, sending)
      return sent
    },
    willAuthError(operation) {
      const call = callOf(operation)
      const ready = auth.isReady(call)
      if (!ready) waiting = { call, refused: null }
      return !ready
    },
    didAuthError(error, operation) {
      const refusal = refusalOf(error.graphQLErrors)
      const sending = sendings.get(operation.context)
      if (refusal === null || sending === undefined || !isMendable(refusal, callOf(operation))) return false
      waiting = { call: callOf(operation), refused: { refusal, sending } }
      return true
    },
    async refreshAuth() {
      const { call, refused } = waiting ?? { call: { mutations: [] }, refused: null }
      waiting = null
      if (refused !== null) await auth.mend(refused.refusal, call, refused.sending)
      // The operation is not judged again: after a reload its x-csrf-token alone might not be enough.
      else if (!auth.isReady(call) && !auth.signedIn) await auth.refresh()
      else await auth.prepare(call)
    },
  }
}

function withSession(operation: Operation, { headers, credentials }: Sending): Operation {
  const { fetchOptions } = operation.context
  const given = typeof fetchOptions === 'function' ? fetchOptions() : (fetchOptions ?? {})
  const plain = given.headers instanceof Headers ? Object.fromEntries(given.headers) : given.headers
  return makeOperation(operation.kind, operation, {
    ...operation.context,
    fetchOptions: { ...given, credentials, headers: withSessionHeaders(plain, headers) },
  })
}

function tellUnavailable(result: OperationResult): OperationResult {
  const { error, data } = result
  if (error === undefined) return result
  const { networkError, graphQLErrors, response } = error
  const unavailable = networkError ? readFailure(networkError, response?.status) : readUndecided(data, error)
  if (unavailable === null) return result
  return { ...result, error: new CombinedError({ networkError: unavailable, graphQLErrors, response }) }
}
