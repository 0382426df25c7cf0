import { ApolloLink } from '@apollo/client'
import { print } from '@apollo/client/utilities'
import { catchError, defer, finalize, from, map, mergeMap, type Observable, of, throwError } from 'rxjs'
import { refusalOf } from './answer.ts'
import type { AuthClient } from './auth-client.ts'
import type { Call } from './call.ts'
import { withSessionHeaders } from './request-headers.ts'
import { takeTurn } from './turn.ts'
import { get, unavailableIn } from './unavailable.ts'
import { readFailure, readUndecided } from './undecided.ts'

export { possibleTypes } from './generated/possible-types.ts'

/**
 * Goes before the HttpLink: `ApolloLink.from([createAuthLink(auth), new HttpLink({ uri })])`. Sends the session's
 * headers, keeps the tokens of sign-ins, refreshes, and repeats an operation once. What the service could not decide
 * is a GatehouseUnavailable error, unless a part of the answer has come.
 */
export function createAuthLink(auth: AuthClient): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const call = auth.read(print(operation.query))
    const begin = async () => {
      operation.variables = { ...(await auth.fill(call, operation.variables)) }
      return takeTurn(auth, call)
    }
    return defer(() => {
      const turn = begin()
      return from(turn).pipe(
        mergeMap((end) => attempt(auth, call, operation, forward, end)),
        // Also when nobody waits any more, and the turn is yet to begin.
        finalize(() => turn.then((end) => end()).catch(() => undefined)),
      )
    }).pipe(
      // ServerError and ServerParseError have a status.
      catchError((error: unknown) => throwError(() => readFailure(error, get(error, 'statusCode')) ?? error)),
    )
  })
}

/** @param endTurn Of the first attempt, the only one that is repeated. */
function attempt(
  auth: AuthClient,
  call: Call,
  operation: ApolloLink.Operation,
  forward: ApolloLink.ForwardFunction,
  endTurn: (() => void) | null,
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
        const data = 'data' in result ? result.data : null
        await auth.note(call, data)
        const refusal = endTurn === null ? null : refusalOf({ ...result })
        return { result, repeats: refusal !== null && (await auth.mend(refusal, call, sending, data)) }
      }
      return forward(operation).pipe(
        finalize(() => endTurn?.()),
        catchError(readRefused),
        mergeMap(judge),
      )
    }),
    mergeMap(({ result, repeats }) =>
      repeats ? attempt(auth, call, operation, forward, null) : of(result).pipe(map(decided)),
    ),
  )
}

/** A status beside 200 is an error to the HttpLink, also with an answer of GraphQL that says what is wrong. */
function readRefused(error: unknown): Observable<ApolloLink.Result> {
  try {
    const { errors } = JSON.parse(String(get(error, 'bodyText')))
    if (refusalOf({ errors }) !== null) return of({ data: null, errors })
  } catch {}
  return throwError(() => error)
}

/** @throws GatehouseUnavailable when nothing was answered for that reason. */
function decided(result: ApolloLink.Result): ApolloLink.Result {
  const unavailable = 'data' in result ? readUndecided(result.data, result) : unavailableIn(result)
  if (unavailable !== null) throw unavailable
  return result
}
