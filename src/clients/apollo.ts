import { ApolloLink } from '@apollo/client'
import { print } from '@apollo/client/utilities'
import { catchError, defer, from, map, mergeMap, type Observable, of, throwError } from 'rxjs'
import { refusalOf } from './answer.ts'
import type { AuthClient } from './auth-client.ts'
import { type Call, readCall } from './call.ts'
import { withSessionHeaders } from './request-headers.ts'
import { isObject, toUnavailable } from './unavailable.ts'
import { readFailure, readUndecided } from './undecided.ts'

export { possibleTypes } from './generated/possible-types.ts'

/**
 * Goes before the HttpLink: `ApolloLink.from([createAuthLink(auth), new HttpLink({ uri })])`. Sends the session's
 * headers, keeps the tokens of sign-ins, refreshes, and repeats an operation once. What the service could not decide
 * is a GatehouseUnavailable error, unless a part of the answer has come.
 */
export function createAuthLink(auth: AuthClient): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const call = readCall(print(operation.query))
    return defer(async () => {
      operation.variables = { ...(await auth.fill(call, operation.variables)) }
    }).pipe(
      mergeMap(() => attempt(auth, call, operation, forward, true)),
      catchError((error: unknown) => throwError(() => readFailure(error, statusOf(error)) ?? error)),
    )
  })
}

function attempt(
  auth: AuthClient,
  call: Call,
  operation: ApolloLink.Operation,
  forward: ApolloLink.ForwardFunction,
  first: boolean,
): Observable<ApolloLink.Result> {
  return from(auth.prepare(call)).pipe(
    mergeMap(() => {
      const sending = auth.sending(call)
      const { headers, credentials } = sending
      operation.setContext((context) => ({
        headers: withSessionHeaders(context.headers, headers),
        credentials,
      }))
      const judge = async (result: ApolloLink.Result) => {
        if ('data' in result) await auth.note(call, result.data)
        const refusal = first && 'errors' in result ? refusalOf(result.errors) : null
        return { result, repeats: refusal !== null && (await auth.mend(refusal, call, sending)) }
      }
      return forward(operation).pipe(mergeMap(judge))
    }),
    mergeMap(({ result, repeats }) =>
      repeats ? attempt(auth, call, operation, forward, false) : of(result).pipe(map(decided)),
    ),
  )
}

/** @throws GatehouseUnavailable when nothing was answered for that reason. */
function decided(result: ApolloLink.Result): ApolloLink.Result {
  const unavailable = 'data' in result ? readUndecided(result.data, result) : toUnavailable(result)
  if (unavailable !== null) throw unavailable
  return result
}

/** ServerError and ServerParseError have one. */
function statusOf(error: unknown): unknown {
  return isObject(error) ? error.statusCode : null
}
