import { createAuthClient } from '../../../src/clients/client.ts'
import {
  addPasskey,
  askForPasskey,
  reauthenticateWithPasskey,
  removePasskey,
  signInWithPasskey,
} from '../../../src/clients/passkeys.ts'

/** The functions that tests call in a page with the passkey pieces of the client package. */
declare global {
  interface Window {
    passkeys: ReturnType<typeof createPasskeyPieces>
    startPasskeys(url: string): void
  }
}

const loginDocument = `mutation ($input: LoginInput!) { login(input: $input) { __typename
... on LoginSuccess { session { id } tokens { accessToken expiresIn refreshToken csrfToken } }
... on MfaChallenge { challengeToken passkeyOptions } ... on MfaEnrolmentRequired { enrolmentToken } } }`
const completeDocument = `mutation ($input: CompleteMfaChallengeInput!) { completeMfaChallenge(input: $input) { __typename
... on LoginSuccess { session { id } tokens { accessToken expiresIn refreshToken csrfToken } } } }`

interface LoginData {
  readonly login?: {
    readonly __typename: string
    readonly challengeToken?: string
    readonly enrolmentToken?: string
    readonly passkeyOptions?: object
  }
}

function createPasskeyPieces(url: string) {
  const auth = createAuthClient({ url, transport: 'HYBRID' })
  return {
    auth,
    add: (name: string) =>
      addPasskey(auth, { name }).catch((error: { code?: string }) => error.code ?? String(error)),
    enrol: (enrolmentToken: string) => addPasskey(auth, { enrolmentToken }),
    remove: (passkeyId: string) => removePasskey(auth, passkeyId),
    signIn: (conditional: boolean) => signInWithPasskey(auth, { conditional }),
    reauthenticate: () => reauthenticateWithPasskey(auth),
    async login(identifier: string, password: string) {
      const { data } = await auth.request<LoginData>(loginDocument, { input: { identifier, password } })
      return data?.login
    },
    async answer({ challengeToken, passkeyOptions }: NonNullable<LoginData['login']>) {
      const passkey = passkeyOptions && (await askForPasskey(passkeyOptions))
      const { data } = await auth.request<{ completeMfaChallenge?: { __typename: string } }>(
        completeDocument,
        {
          input: { challengeToken, passkey },
        },
      )
      return data?.completeMfaChallenge?.__typename
    },
    async me() {
      const { data } = await auth.request<{ me?: { email?: string } | null }>('{ me { email } }')
      return data?.me?.email
    },
  }
}

window.startPasskeys = (url) => {
  window.passkeys = createPasskeyPieces(url)
}
