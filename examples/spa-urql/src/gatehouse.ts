import { createAuthClient, type SignedOutReason, watchSession } from 'gatehouse-client'
import { createAuthExchange } from 'gatehouse-client/urql'
import { cacheExchange, createClient, fetchExchange, type TypedDocumentNode } from 'urql'
import { createStore } from './store.ts'

const url = import.meta.env.VITE_GATEHOUSE_URL ?? 'http://localhost:4000/graphql'
const transport = import.meta.env.VITE_TRANSPORT === 'COOKIE' ? 'COOKIE' : 'HYBRID'

/** Why a session that this page had has ended. */
export const ended = createStore<SignedOutReason | null>(null)

export const auth = createAuthClient({
  url,
  transport,
  onSignedOut: (reason) => {
    // A visitor who has not signed in yet has lost nothing.
    if (reason !== 'NO_SESSION') ended.set(reason)
    urql.set(newClient())
  },
  // Another user may have signed in in another tab: reload, so that nothing of the previous user stays visible.
  onSignedIn: () => location.reload(),
})

// If the session is ended elsewhere, all tabs are signed out at once.
watchSession(auth)

/** Replaced after each sign-out: a new client is the way to empty urql's cache. */
export const urql = createStore(newClient())

function newClient() {
  return createClient({
    url,
    preferGetMethod: false,
    exchanges: [cacheExchange, createAuthExchange(auth), fetchExchange],
  })
}

/** Runs a mutation. Problems are part of the result; it throws if the service did not process the mutation. */
export async function send<Data, Variables extends Record<string, unknown>>(
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await urql.get().mutation(mutation, variables).toPromise()
  if (data === undefined) throw error ?? new Error('The service returned no data.')
  return data
}
