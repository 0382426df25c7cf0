import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import type { AuthClient } from './auth-client.ts'
import { unavailableFrom } from './unavailable.ts'

/** The result of a mutation. Its type and, for a problem or a further step, what to tell the user. */
export interface PasskeyResult {
  readonly __typename: string
  /** Of a problem, for example INVALID_PASSKEY. */
  readonly code?: string
  /** Of REAUTHENTICATION_REQUIRED: the proofs that would do. */
  readonly acceptable?: readonly ('PASSWORD' | 'TOTP' | 'PASSKEY')[]
  readonly message?: string
}

export interface PasskeySignInOptions {
  /**
   * Offers passkeys in the autofill of a field whose `autocomplete` ends with `webauthn`, and waits until the user chooses
   * one. Call it when the page opens.
   */
  readonly conditional?: boolean
  readonly rememberMe?: boolean
  readonly tenant?: string
  /** Called when the user has chosen a passkey, before it is sent: from now on a signal ends nothing. It must not throw. */
  readonly onChosen?: () => void
  /** Ends the request to the user, for example when the page changes. */
  readonly signal?: AbortSignal
}

/** Options of `addPasskey`. */
export interface AddPasskeyOptions {
  /** 1 to 100 characters. Default: the provider of the passkey. */
  readonly name?: string
  /** Of MfaEnrolmentRequired, instead of a session. */
  readonly enrolmentToken?: string
  /** Ends the request to the user, for example when the page changes. */
  readonly signal?: AbortSignal
}

type Library = typeof import('./webauthn.ts')

/**
 * Loaded with the first ceremony, during its first request: most visits to a page need no passkey. Null where there is no WebAuthn,
 * such as in a test without a browser.
 */
function loadLibrary(): Promise<Library> | null {
  return typeof globalThis.PublicKeyCredential === 'function' ? import('./webauthn.ts') : null
}

/** A ceremony ends so long before it expires that its response still arrives in time. */
const renewalMs = 30_000

const problem = '... on AuthProblem { code message } __typename'
const change = `... on ReauthenticationRequiredProblem { acceptable } ${problem}`
const success =
  '... on LoginSuccess { session { id } tokens { accessToken expiresIn refreshToken csrfToken } deviceToken }'
const startLogin = `mutation($input: StartPasskeyLoginInput) { start: startPasskeyLogin(input: $input) {
... on StartPasskeyLoginSuccess { ceremonyToken options } ${problem} } }`
const login = `mutation($input: LoginWithPasskeyInput!) { result: loginWithPasskey(input: $input) {
${success} ... on SignInStep { message } ${problem} } }`
const reauthenticate = `mutation($input: ReauthenticateWithInput!) { result: reauthenticateWith(input: $input) {
... on ReauthenticateSuccess { tokens { accessToken expiresIn refreshToken csrfToken } } ${problem} } }`
const startRegister = `mutation($input: StartPasskeyRegistrationInput) { start: startPasskeyRegistration(input: $input) {
... on StartPasskeyRegistrationSuccess { ceremonyToken options } ${change} } }`
const finishRegister = `mutation($input: FinishPasskeyRegistrationInput!) { result: finishPasskeyRegistration(input: $input) {
... on FinishPasskeyRegistrationSuccess { passkey { id name } recoveryCodes challengeToken } ${change} } }`
const remove = `mutation($input: RemovePasskeyInput!) { result: removePasskey(input: $input) {
... on RemovePasskeySuccess { signal } ${change} } }`

interface Started<Options> extends PasskeyResult {
  readonly ceremonyToken?: string
  readonly options?: Options
}

/** The passkey that was added. */
export interface PasskeyAdded extends PasskeyResult {
  readonly passkey?: { readonly id: string; readonly name: string }
  /** Shown once; null: the account has unused ones, or needs none. */
  readonly recoveryCodes?: readonly string[] | null
  /** After an enrolmentToken: completes the sign-in with completeMfaChallenge, without another proof, within 5 minutes. */
  readonly challengeToken?: string | null
}

/**
 * Signs in with a passkey: the result of `loginWithPasskey`. Null if the user cancels, another request to the user begins, or
 * the browser cannot do it. @throws GatehouseUnavailable
 */
export function signInWithPasskey(
  auth: AuthClient,
  { conditional = false, rememberMe = false, tenant, onChosen, signal }: PasskeySignInOptions = {},
): Promise<PasskeyResult | null> {
  return prove(
    auth,
    conditional,
    tenant === undefined ? {} : { tenant },
    signal,
    ({ ceremonyToken, passkey }) => {
      onChosen?.()
      return ask<PasskeyResult>(auth, login, { ceremonyToken, response: passkey, rememberMe })
    },
  )
}

/** Proves a passkey again, for operations that require recent reauthentication. Results are those of signInWithPasskey. */
export function reauthenticateWithPasskey(
  auth: AuthClient,
  signal?: AbortSignal,
): Promise<PasskeyResult | null> {
  return prove(auth, false, {}, signal, (proof) => ask<PasskeyResult>(auth, reauthenticate, proof))
}

/**
 * Asks the user for a passkey with `passkeyOptions` of MfaChallenge: the value for `passkey` of `completeMfaChallenge`. Null
 * in the same cases.
 */
export async function askForPasskey(options: object, signal?: AbortSignal): Promise<object | null> {
  if (!isRequest(options)) return null
  const library = await loadLibrary()
  if (library === null) return null
  return withUser(library, signal, () => library.startAuthentication({ optionsJSON: options }))
}

/**
 * Registers a passkey for the signed-in user, or during a sign-in that requires a second factor: the result of `finishPasskeyRegistration`, or the problem of its start. Null in
 * the same cases. @throws GatehouseUnavailable; WebAuthnError with the code
 * ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED if the authenticator has a passkey of the account, ERROR_INVALID_DOMAIN or
 * ERROR_INVALID_RP_ID if the page is not at an origin of the configuration (WEBAUTHN_ORIGINS)
 */
export async function addPasskey(
  auth: AuthClient,
  { name, enrolmentToken, signal }: AddPasskeyOptions = {},
): Promise<PasskeyAdded | null> {
  // With BODY an enrolmentToken is bound to the device.
  const { device } = auth.options
  const loading = loadLibrary()
  if (loading === null) return null
  const [library, started] = await Promise.all([
    loading,
    ask<Started<PublicKeyCredentialCreationOptionsJSON>>(auth, startRegister, { enrolmentToken, device }),
  ])
  const { ceremonyToken, options } = started
  if (options === undefined) return started
  const response = await withUser(library, signal, () => library.startRegistration({ optionsJSON: options }))
  return response && ask<PasskeyAdded>(auth, finishRegister, { ceremonyToken, response, name, device })
}

/**
 * Removes a passkey of the signed-in user: the result of `removePasskey`. Signals the passkeys that are left to the browser, so
 * that it stops offering the removed one. @throws GatehouseUnavailable
 */
export async function removePasskey(auth: AuthClient, passkeyId: string): Promise<PasskeyResult> {
  const removed = await ask<PasskeyResult & { signal?: object }>(auth, remove, { passkeyId })
  if (removed.signal !== undefined) await signalAccepted(removed.signal)
  return removed
}

/** A browser that lacks the method, or refuses, keeps offering the passkey. The service refuses it. */
async function signalAccepted(accepted: object): Promise<void> {
  const method: unknown = Reflect.get(globalThis.PublicKeyCredential, 'signalAllAcceptedCredentials')
  if (typeof method !== 'function') return
  await Promise.resolve(Reflect.apply(method, globalThis.PublicKeyCredential, [accepted])).catch(() => null)
}

/** A conditional request waits for as long as the page is open, so its ceremony is renewed before it expires. */
async function prove<T>(
  auth: AuthClient,
  useBrowserAutofill: boolean,
  input: object,
  signal: AbortSignal | undefined,
  send: (proof: { ceremonyToken: string | undefined; passkey: object }) => Promise<T>,
): Promise<T | PasskeyResult | null> {
  const loading = loadLibrary()
  if (loading === null) return null
  if (useBrowserAutofill && !(await (await loading).browserSupportsWebAuthnAutofill())) return null
  for (;;) {
    const started = await ask<Started<PublicKeyCredentialRequestOptionsJSON>>(auth, startLogin, input)
    const { ceremonyToken, options } = started
    const library = await loading
    if (options === undefined) return started
    let expired = false
    const renew = () => {
      expired = true
      library.WebAuthnAbortService.cancelCeremony()
    }
    const timer = setTimeout(renew, (options.timeout ?? 2 * renewalMs) - renewalMs)
    const passkey = await withUser(library, signal, () =>
      library.startAuthentication({ optionsJSON: options, useBrowserAutofill }),
    ).finally(() => clearTimeout(timer))
    if (passkey !== null) return send({ ceremonyToken, passkey })
    if (!useBrowserAutofill || !expired) return null
  }
}

/** Null if the user cancels, another request begins, or the signal aborts. */
async function withUser<T>(
  library: Library,
  signal: AbortSignal | undefined,
  request: () => Promise<T>,
): Promise<T | null> {
  const cancel = () => library.WebAuthnAbortService.cancelCeremony()
  if (signal?.aborted) return null
  signal?.addEventListener('abort', cancel)
  try {
    return await request()
  } catch (error) {
    if (error instanceof Error && /^(NotAllowed|Abort)Error$/.test(error.name)) return null
    throw error
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

function isRequest(options: object): options is PublicKeyCredentialRequestOptionsJSON {
  return 'challenge' in options
}

/** The value of the only root field. @throws GatehouseUnavailable if there is none */
async function ask<T>(auth: AuthClient, query: string, input?: object): Promise<T> {
  const answer = await auth.request<{ start?: T; result?: T }>(query, input === undefined ? {} : { input })
  const value = answer.data?.start ?? answer.data?.result
  if (value) return value
  throw unavailableFrom(answer)
}
