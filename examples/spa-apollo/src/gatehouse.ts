import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client'
import { createAuthClient, type SignedOutReason, watchSession } from 'gatehouse-client'
import { createAuthLink, possibleTypes } from 'gatehouse-client/apollo'
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
    void apollo.clearStore()
  },
  // Another user may have signed in in another tab: reload, so that nothing of the previous user stays visible.
  onSignedIn: () => location.reload(),
})

// If the session is ended elsewhere, all tabs are signed out at once.
watchSession(auth)

export const apollo = new ApolloClient({
  cache: new InMemoryCache({ possibleTypes }),
  link: ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: url })]),
})

/** Runs a mutation. Problems are part of the result; it throws if the service did not process the mutation. */
export async function send<Data, Variables extends Record<string, unknown>>(
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data } = await apollo.mutate<Data>({ mutation, variables })
  if (data === undefined || data === null) throw new Error('The service returned no data.')
  return data as Data
}
