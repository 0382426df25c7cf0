import { ApolloLink } from '@apollo/client'
import { print } from '@apollo/client/utilities'
import { catchError, defer, finalize, from, map, mergeMap, type Observable, of, throwError } from 'rxjs'
import { refusalOf } from './answer.ts'
import type { AuthClient } from './auth-client.ts'
import type { Call } from './call.ts'
import { unavailableFromError, unavailableIfEmpty } from './failure.ts'
import { get } from './json.ts'
import { withSessionHeaders } from './request-headers.ts'
import { acquireLock } from './session-lock.ts'
import { findUnavailable } from './unavailable.ts'

export { possibleTypes } from './generated/possible-types.ts'

/**
 * A link for Apollo Client; it goes before the HttpLink:
 * `ApolloLink.from([createAuthLink(auth), new HttpLink({ uri })])`. It sends the session's headers, stores the tokens of
 * sign-ins, refreshes, and repeats an operation once. If the service could not process the operation, it throws
 * GatehouseUnavailable, unless the response contains a part of the data.
 */
export function createAuthLink(auth: AuthClient): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const call = auth.readCall(print(operation.query))
    const fill = async () => {
      operation.variables = { ...(await auth.fillInput(call, operation.variables)) }
    }
    return defer(fill).pipe(
      mergeMap(() => attempt(auth, call, operation, forward, false)),
      // ServerError and ServerParseError have a status.
      catchError((error: unknown) =>
        throwError(() => unavailableFromError(error, get(error, 'statusCode')) ?? error),
      ),
    )
  })
}

/** @param isRepeat Whether this is the second attempt, which is not repeated. */
function attempt(
  auth: AuthClient,
  call: Call,
  operation: ApolloLink.Operation,
  forward: ApolloLink.ForwardFunction,
  isRepeat: boolean,
): Observable<ApolloLink.Result> {
  const send = () => {
    auth.abortUnlessCurrent(call)
    const options = auth.requestOptions(call)
    operation.setContext((context) => ({
      headers: withSessionHeaders(context.headers, options.headers),
      credentials: options.credentials,
    }))
    const handle = async (result: ApolloLink.Result) => {
      const data = 'data' in result ? result.data : null
      await auth.applyResult(call, data)
      const refusal = isRepeat ? null : refusalOf({ ...result })
      return { result, repeat: refusal !== null && (await auth.recover(refusal, call, options, data)) }
    }
    return { response: forward(operation), handle }
  }
  return defer(() => {
    const lock = auth.prepare(call).then(() => acquireLock(auth, call))
    const release = () => void lock.then((release) => release()).catch(() => undefined)
    return from(lock).pipe(
      mergeMap(() => {
        const { response, handle } = send()
        return response.pipe(finalize(release), catchError(refusalAsResult), mergeMap(handle))
      }),
      // Also when the operation was cancelled before the lock was acquired.
      finalize(release),
    )
  }).pipe(
    mergeMap(({ result, repeat }) =>
      repeat ? attempt(auth, call, operation, forward, true) : of(result).pipe(map(throwIfUnavailable)),
    ),
  )
}

/** The HttpLink reports any status but 200 as an error, even if the body is a GraphQL response with the reason. */
function refusalAsResult(error: unknown): Observable<ApolloLink.Result> {
  try {
    const { errors } = JSON.parse(String(get(error, 'bodyText')))
    if (refusalOf({ errors }) !== null) return of({ data: null, errors })
  } catch {}
  return throwError(() => error)
}

/** @throws GatehouseUnavailable if the result has no data for that reason */
function throwIfUnavailable(result: ApolloLink.Result): ApolloLink.Result {
  const unavailable = 'data' in result ? unavailableIfEmpty(result.data, result) : findUnavailable(result)
  if (unavailable !== null) throw unavailable
  return result
}
