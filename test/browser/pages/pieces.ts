import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { createClient, fetchExchange } from '@urql/core'
import { createAuthLink, possibleTypes } from '../../../src/clients/apollo.ts'
import { createAuthClient, type Transport, toUnavailable, watchSession } from '../../../src/clients/client.ts'
import { LoginDocument, MeDocument } from '../../../src/clients/documents.ts'
import { createAuthExchange } from '../../../src/clients/urql.ts'

/** The functions that tests call in a page that contains only the client package. */
declare global {
  interface Window {
    pieces: Pieces
    startPieces(url: string, transport: Transport): void
  }
}

type Library = 'core' | 'apollo' | 'urql'
type Pieces = ReturnType<typeof createPieces>

function createPieces(url: string, transport: Transport) {
  const signedOut: string[] = []
  const auth = createAuthClient({
    url,
    transport,
    onSignedOut: (reason) => void signedOut.push(reason),
  })
  const apollo = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: url })]),
  })
  const urql = createClient({
    url,
    preferGetMethod: false,
    exchanges: [createAuthExchange(auth), fetchExchange],
  })
  const ask: Readonly<Record<Library, () => Promise<string | undefined>>> = {
    core: async () => {
      const { data } = await auth.request<{ me?: { email?: string } | null }>(`query Me { me { email } }`)
      return data?.me?.email
    },
    apollo: async () => {
      const { data } = await apollo.query({ query: MeDocument, fetchPolicy: 'no-cache' })
      return data?.me?.email ?? undefined
    },
    urql: async () => {
      const { data, error } = await urql.query(MeDocument, {}, { requestPolicy: 'network-only' }).toPromise()
      if (error?.networkError) throw error.networkError
      return data?.me?.email ?? undefined
    },
  }
  return {
    auth,
    signedOut,
    watch: () => watchSession(auth),
    async signIn(identifier: string, password: string) {
      const { data } = await apollo.mutate({
        mutation: LoginDocument,
        variables: { input: { identifier, password } },
      })
      return data?.login?.__typename
    },
    /** Queries the signed-in user a number of times at once. Returns each email address or failure. */
    ask: (library: Library, times: number) =>
      Promise.all(
        Array.from({ length: times }, () =>
          ask[library]().catch((error: unknown) => toUnavailable(error)?.reason ?? String(error)),
        ),
      ),
  }
}

window.startPieces = (url, transport) => {
  window.pieces = createPieces(url, transport)
}
