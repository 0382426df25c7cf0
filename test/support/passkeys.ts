import { expect } from 'vitest'
import type { Actor } from './actor.ts'
import { resultOf } from './answers.ts'
import { clientOperation } from './operations.ts'
import { askAs, askRefresh, type SignedIn } from './people.ts'
import { proveSecondFactor } from './rows.ts'
import { type Flaws, SoftwareAuthenticator } from './software-authenticator.ts'
import type { TestApp } from './test-app.ts'

const startRegistrationDocument = clientOperation('StartPasskeyRegistration')
const startLoginDocument = clientOperation('StartPasskeyLogin')
const loginWithPasskeyDocument = clientOperation('LoginWithPasskey')
const finishRegistrationDocument = clientOperation('FinishPasskeyRegistration')

type Viewer = Pick<SignedIn, 'accessToken'>
type AuthenticatorOptions = ConstructorParameters<typeof SoftwareAuthenticator>[1]

/** An authenticator in a browser on the pages of the service. */
export function newAuthenticator(test: TestApp, options: AuthenticatorOptions = {}): SoftwareAuthenticator {
  return new SoftwareAuthenticator(test.config.server.publicUrl.origin, options)
}

/** The result of startPasskeyRegistration. */
export function askStartRegistration(test: TestApp, viewer: Viewer) {
  return askAs(test, viewer, startRegistrationDocument, {})
}

/** The result of finishPasskeyRegistration. */
export function askFinishRegistration(
  test: TestApp,
  viewer: Viewer,
  input: { readonly ceremonyToken: string; readonly response: object; readonly name?: string },
) {
  return askAs(test, viewer, finishRegistrationDocument, { input })
}

/** The result of a whole registration with an authenticator. */
export async function askRegister(
  test: TestApp,
  viewer: Viewer,
  authenticator: SoftwareAuthenticator,
  { name, flaws = {} }: { name?: string; flaws?: Flaws } = {},
) {
  const { ceremonyToken, options } = await askStartRegistration(test, viewer)
  const response = authenticator.create(options, flaws)
  return askFinishRegistration(test, viewer, { ceremonyToken, response, ...(name !== undefined && { name }) })
}

/** Registers a passkey. A refused registration fails the test. */
export async function addPasskey(test: TestApp, viewer: Viewer, options: AuthenticatorOptions = {}) {
  const authenticator = newAuthenticator(test, options)
  const result = await askRegister(test, viewer, authenticator)
  expect(result).toMatchObject({ __typename: 'FinishPasskeyRegistrationSuccess' })
  return { authenticator, passkeyId: String(result.passkey.id) }
}

/** The viewer after a proof of two factors: later changes of factors require it. */
export async function stepUp(test: TestApp, viewer: SignedIn): Promise<SignedIn> {
  await proveSecondFactor(test.database, viewer.sessionId, test.clock.now())
  const { tokens } = await askRefresh(viewer.actor, viewer.refreshToken)
  return { ...viewer, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken }
}

/** The result of startPasskeyLogin. */
export async function askStartPasskeyLogin(test: TestApp, tenant?: string) {
  const variables = tenant === undefined ? {} : { input: { tenant } }
  return resultOf(await test.actor().ask(startLoginDocument, variables))
}

interface PasskeyLoginOptions {
  readonly actor?: Actor
  readonly tenant?: string
  readonly input?: Readonly<Record<string, unknown>>
  readonly flaws?: Flaws
}

/** The result of a whole sign-in with an authenticator. */
export async function askPasskeyLogin(
  test: TestApp,
  authenticator: SoftwareAuthenticator,
  { actor = test.actor(), tenant, input = {}, flaws = {} }: PasskeyLoginOptions = {},
) {
  const { ceremonyToken, options } = await askStartPasskeyLogin(test, tenant)
  const response = authenticator.get(options, flaws)
  return resultOf(await actor.ask(loginWithPasskeyDocument, { input: { ceremonyToken, response, ...input } }))
}
