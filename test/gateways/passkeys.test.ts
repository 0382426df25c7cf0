import { describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { clientOperation, meDocument, setSecondStepDocument } from '../support/operations.ts'
import { newAuthenticator } from '../support/passkeys.ts'
import { askLogin, signUp, whoIs } from '../support/people.ts'
import { complete } from '../support/second-steps.ts'
import { gatewayNames, gatewayStage } from './support/stage.ts'

const startRegistration = clientOperation('StartPasskeyRegistration')
const finishRegistration = clientOperation('FinishPasskeyRegistration')
const startLogin = clientOperation('StartPasskeyLogin')
const loginWithPasskey = clientOperation('LoginWithPasskey')

const stage = gatewayStage()

/** The value of the only root field. */
async function ask(
  actor: Actor,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  headers = {},
) {
  const answer = await actor.ask(document, variables, headers)
  expect(answer.errors).toEqual([])
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
  return Object.values<any>(answer.data)[0]
}

/** A user who registered through the gateway, and added a passkey through it. */
async function withPasskey(gateway: (typeof gatewayNames)[number]) {
  const { graph, client } = stage()
  const actor = client(gateway)
  const user = await signUp(actor)
  const bearer = Actor.bearer(user.accessToken)
  const authenticator = newAuthenticator(graph.testApp)
  const { ceremonyToken, options } = await ask(actor, startRegistration, {}, bearer)
  const input = { ceremonyToken, response: authenticator.create(options), name: 'Laptop' }
  const added = await ask(actor, finishRegistration, { input }, bearer)
  expect(added).toMatchObject({
    __typename: 'FinishPasskeyRegistrationSuccess',
    passkey: { name: 'Laptop' },
  })
  const again = await ask(actor, finishRegistration, { input }, bearer)
  expect(again.__typename).toMatch(/Problem$/)
  return { actor, authenticator, user, bearer }
}

describe.each(gatewayNames)('passkeys through %s', (gateway) => {
  it.each(['BODY', 'COOKIE', 'HYBRID'] as const)('are registered, and sign in with %s', async (transport) => {
    const { authenticator, user } = await withPasskey(gateway)
    const browser = stage().client(gateway)
    const { ceremonyToken, options } = await ask(browser, startLogin, {})
    const input = { ceremonyToken, response: authenticator.get(options), tokenTransport: transport }
    const done = await ask(browser, loginWithPasskey, { input })
    expect(done).toMatchObject({
      __typename: 'LoginSuccess',
      user: { id: user.userId },
      session: { assuranceLevel: 'AAL2' },
    })
    expect(browser.cookies.has('__Host-gatehouse-refresh')).toBe(transport !== 'BODY')
    if (transport === 'COOKIE') expect((await browser.ask(meDocument)).data.me.id).toBe(user.userId)
    else expect(await whoIs(browser, done.tokens.accessToken)).toBe(user.userId)
    const replayed = await ask(stage().client(gateway), loginWithPasskey, { input })
    expect(replayed).toMatchObject({ __typename: 'InvalidPasskeyProblem', code: 'INVALID_PASSKEY' })
  })

  it('answer the second step after the password', async () => {
    const { actor, authenticator, user, bearer } = await withPasskey(gateway)
    const chosen = await ask(actor, setSecondStepDocument, { input: { required: true } }, bearer)
    expect(chosen.__typename).toBe('ReauthenticationRequiredProblem')
    const reauthenticate = clientOperation('ReauthenticateWith')
    const started = await ask(actor, startLogin, {})
    const proof = { ceremonyToken: started.ceremonyToken, passkey: authenticator.get(started.options) }
    const { tokens } = await ask(actor, reauthenticate, { input: proof }, bearer)
    const proven = Actor.bearer(tokens.accessToken)
    const set = await ask(actor, setSecondStepDocument, { input: { required: true } }, proven)
    expect(set).toMatchObject({ __typename: 'SetSecondStepSuccess' })
    const browser = stage().client(gateway)
    const challenge = await askLogin(browser, user.email)
    expect(challenge).toMatchObject({ __typename: 'MfaChallenge', methods: ['RECOVERY_CODE', 'PASSKEY'] })
    const passkey = authenticator.get(challenge.passkeyOptions)
    expect(await complete(browser, challenge.challengeToken, { passkey })).toMatchObject({
      __typename: 'LoginSuccess',
      user: { id: user.userId },
    })
  })
})
