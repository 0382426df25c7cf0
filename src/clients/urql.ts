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
import type { AuthClient, Sending } from './auth-client.ts'
import { type Call, changesCookies, isRecoverable } from './call.ts'
import { withSessionHeaders } from './request-headers.ts'
import { takeTurn } from './turn.ts'
import { readFailure, readUndecided } from './undecided.ts'

/**
 * Goes before the fetchExchange: `exchanges: [cacheExchange, createAuthExchange(auth), fetchExchange]`. Sends the
 * session's headers, keeps the tokens of sign-ins, refreshes, and repeats an operation once. What the service could
 * not decide has a GatehouseUnavailable as `error.networkError`, unless a part of the answer has come.
 */
export function createAuthExchange(auth: AuthClient): Exchange {
  const sent: Sent = { sendings: new WeakMap(), partly: new WeakSet() }
  const turns = new Map<number, () => void>()
  let count = 0
  return composeExchanges([
    mapExchange({
      onOperation(operation) {
        if (operation.kind === 'teardown') return operation
        const call = auth.read(stringifyDocument(operation.query))
        const context = { ...operation.context, [callKey]: call, [clientKey]: operation.key }
        if (operation.kind !== 'mutation') return makeOperation(operation.kind, operation, context)
        count -= 1
        return fillIn(auth, makeOperation(operation.kind, { ...operation, key: count }, context))
      },
      onResult(result) {
        const { operation } = result
        const key = operation.context[clientKey]
        return tellUnavailable({
          ...result,
          operation: makeOperation(operation.kind, { ...operation, key }, operation.context),
        })
      },
    }),
    authExchange(async () => authConfig(auth, sent)),
    mapExchange({
      onOperation(operation) {
        if (operation.kind === 'teardown' || !changesCookies(callOf(operation))) return operation
        return takeTurn(auth, callOf(operation)).then((end) => {
          turns.set(operation.key, end)
          return withSession(auth, sent, operation)
        })
      },
      async onResult(result) {
        turns.get(result.operation.key)?.()
        turns.delete(result.operation.key)
        // Whatever keeps device tokens may fail; the answer has come.
        await auth.note(callOf(result.operation), result.data).catch(() => undefined)
        await mendAfterwards(auth, sent, result)
        return result
      },
    }),
  ])
}

async function fillIn(auth: AuthClient, operation: Operation): Promise<Operation> {
  const given = operation.variables ?? {}
  // Whatever keeps device tokens may fail: then it is a sign-in on a new device.
  const variables = { ...(await auth.fill(callOf(operation), given).catch(() => given)) }
  return makeOperation(operation.kind, { ...operation, variables }, operation.context)
}

/** Where an operation says which key the client knows it by: of equal mutations each has one of its own here. */
const clientKey = 'gatehouseKey'
/** Where an operation says what it is. */
const callKey = 'gatehouseCall'

function callOf(operation: Operation): Call {
  return operation.context[callKey]
}

/** What is known of operations by their contexts. */
interface Sent {
  readonly sendings: WeakMap<object, Sending>
  /** Mutations that were refused in part. */
  readonly partly: WeakSet<object>
}

/** The auth exchange judges errors, and repeats what has some: neither what has none nor what was done in part. */
async function mendAfterwards(auth: AuthClient, { sendings, partly }: Sent, result: OperationResult) {
  const { operation, data, error } = result
  const sending = sendings.get(operation.context)
  const refusal = refusalOf({ data, errors: error?.graphQLErrors })
  if (sending === undefined || refusal === null) return
  if (error !== undefined && (operation.kind !== 'mutation' || isEmpty(data))) return
  partly.add(operation.context)
  await auth.mend(refusal, callOf(operation), sending, data).catch(() => undefined)
}

/** What is to be done before the operations that wait can be sent. */
interface Waiting {
  readonly call: Call
  /** What was refused; null before the first attempt. */
  readonly refused: {
    readonly refusal: Refusal
    readonly sending: Sending
    readonly error: CombinedError
  } | null
}

function authConfig(auth: AuthClient, sent: Sent): AuthConfig {
  const { sendings, partly } = sent
  let waiting: Waiting | null = null
  return {
    addAuthToOperation: (operation) => withSession(auth, sent, operation),
    willAuthError(operation) {
      const call = callOf(operation)
      const ready = auth.isReady(call)
      if (!ready) waiting = { call, refused: null }
      return !ready
    },
    didAuthError(error, operation) {
      const refusal = refusalOf({ errors: error.graphQLErrors })
      const sending = sendings.get(operation.context)
      if (refusal === null || sending === undefined || partly.has(operation.context)) return false
      if (!isRecoverable(refusal, callOf(operation))) return false
      waiting = { call: callOf(operation), refused: { refusal, sending, error } }
      return true
    },
    async refreshAuth() {
      const { call, refused } = waiting ?? { call: auth.read(''), refused: null }
      waiting = null
      if (refused !== null) {
        // Thrown, it is told of every operation that waits, and none of them is sent for nobody.
        if (!(await auth.mend(refused.refusal, call, refused.sending, null))) throw refused.error
      }
      // The operation is not judged again: after a reload its x-csrf-token alone might not be enough.
      else if (!auth.isReady(call) && !auth.signedIn) await auth.refresh()
      // What is not meant any more is refused by itself.
      else if (auth.isMeant(call))
        await auth.prepare(call).catch((error) => auth.isMeant(call) && fail(error))
    },
  }
}

/** What was begun for somebody else is aborted where it would be sent. */
function withSession(auth: AuthClient, { sendings }: Sent, operation: Operation): Operation {
  const { context } = operation
  const sending = auth.sending(callOf(operation))
  const given = typeof context.fetchOptions === 'function' ? context.fetchOptions() : context.fetchOptions
  const plain = given?.headers instanceof Headers ? Object.fromEntries(given.headers) : given?.headers
  const headers = withSessionHeaders(plain, sending.headers)
  const sent = makeOperation(operation.kind, operation, {
    ...context,
    fetchOptions: { ...given, credentials: sending.credentials, headers },
    ...(auth.isMeant(callOf(operation)) ? {} : { fetch: async () => fail(AbortSignal.abort().reason) }),
  })
  sendings.set(sent.context, sending)
  return sent
}

function fail(error: unknown): never {
  throw error
}

function tellUnavailable(result: OperationResult): OperationResult {
  const { error, data } = result
  if (error === undefined) return result
  const { networkError, graphQLErrors, response } = error
  if (networkError instanceof CombinedError) return { ...result, error: networkError }
  const unavailable = networkError ? readFailure(networkError, response?.status) : readUndecided(data, error)
  if (unavailable === null) return result
  return { ...result, error: new CombinedError({ networkError: unavailable, graphQLErrors, response }) }
}
