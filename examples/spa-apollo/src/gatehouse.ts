import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client'
import { createAuthLink, possibleTypes } from 'gatehouse/apollo'
import { createAuthClient, type SignedOutReason, watchSession } from 'gatehouse/client'
import { createStore } from './store.ts'

const url = import.meta.env.VITE_GATEHOUSE_URL ?? 'http://localhost:4000/graphql'
const transport = import.meta.env.VITE_TRANSPORT === 'COOKIE' ? 'COOKIE' : 'HYBRID'

/** Who is here. UNREACHABLE: nobody could say; the session, if there is one, is kept. */
export type Session =
  | { readonly is: 'LOADING' | 'IN' | 'UNREACHABLE' }
  | { readonly is: 'OUT'; readonly reason: SignedOutReason | null }

export const session = createStore<Session>({ is: 'LOADING' })

export const auth = createAuthClient({
  url,
  transport,
  onSignedOut: (reason) => {
    session.set({ is: 'OUT', reason })
    void apollo.clearStore()
  },
  // Somebody has signed in in another tab: nothing of what is shown here needs to be his.
  onSignedIn: () => location.reload(),
})

// A session that is ended elsewhere is over here at once, in all tabs.
watchSession(auth)

export const apollo = new ApolloClient({
  cache: new InMemoryCache({ possibleTypes }),
  link: ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: url })]),
})

/** Takes up the session that the cookies hold: after a reload there is nothing else of it. */
export async function restore(): Promise<void> {
  try {
    session.set((await auth.restore()) ? { is: 'IN' } : { is: 'OUT', reason: null })
  } catch {
    session.set({ is: 'UNREACHABLE' })
  }
}

/** Runs a mutation. Expected problems are part of what it answers; it throws when nothing was decided. */
export async function send<Data, Variables extends Record<string, unknown>>(
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data } = await apollo.mutate<Data>({ mutation, variables })
  if (data === undefined || data === null) throw new Error('The service has answered nothing.')
  return data as Data
}
