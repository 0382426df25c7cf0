import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client'
import { createAuthLink, possibleTypes } from 'gatehouse/apollo'
import { createAuthClient, type SignedOutReason, watchSession } from 'gatehouse/client'
import { createStore } from './store.ts'

const url = import.meta.env.VITE_GATEHOUSE_URL ?? 'http://localhost:4000/graphql'
const transport = import.meta.env.VITE_TRANSPORT === 'COOKIE' ? 'COOKIE' : 'HYBRID'

/** The state of the app. UNREACHABLE: the service could not be reached; a session, if there is one, is kept. */
export type Session =
  | { readonly status: 'LOADING' | 'SIGNED_IN' | 'UNREACHABLE' }
  | { readonly status: 'SIGNED_OUT'; readonly reason: SignedOutReason | null }

export const session = createStore<Session>({ status: 'LOADING' })

export const auth = createAuthClient({
  url,
  transport,
  onSignedOut: (reason) => {
    session.set({ status: 'SIGNED_OUT', reason })
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

/** Restores the session from the cookies, after the page was loaded. */
export async function restore(): Promise<void> {
  try {
    session.set((await auth.restore()) ? { status: 'SIGNED_IN' } : { status: 'SIGNED_OUT', reason: null })
  } catch {
    session.set({ status: 'UNREACHABLE' })
  }
}

/** Runs a mutation. Problems are part of the result; it throws if the service did not process the mutation. */
export async function send<Data, Variables extends Record<string, unknown>>(
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data } = await apollo.mutate<Data>({ mutation, variables })
  if (data === undefined || data === null) throw new Error('The service returned no data.')
  return data as Data
}
