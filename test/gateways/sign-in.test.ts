import { describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import {
  csrfTokenDocument,
  logoutDocument,
  meDocument,
  refreshDocument,
  registerDocument,
  revokeOtherSessionsDocument,
} from '../support/operations.ts'
import { askLogin, askRefresh, rotate, signIn, signUp, whoIs } from '../support/people.ts'
import { goodPassword } from '../support/test-app.ts'
import { gatewayNames, gatewayStage } from './support/stage.ts'

const stage = gatewayStage()

describe.each(gatewayNames)('BODY through %s', (gateway) => {
  it('registers, signs in, asks, refreshes and signs out', async () => {
    const ada = stage().client(gateway)
    const registered = await signUp(ada)
    expect(await whoIs(ada, registered.accessToken)).toBe(registered.userId)
    const { accessToken, refreshToken } = await signIn(ada, registered.email)
    const successor = await rotate(ada, refreshToken)
    const answer = await ada.ask(logoutDocument, {}, Actor.bearer(accessToken))
    expect(answer.data).toMatchObject({ logout: { __typename: 'LogoutSuccess' } })
    expect(await whoIs(ada, accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(ada, successor)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
  })

  it('lets problems through as what they are', async () => {
    const ada = stage().client(gateway)
    const { email } = await signUp(ada)
    expect(await askLogin(ada, email, { password: 'wrong' })).toMatchObject({
      __typename: 'InvalidCredentialsProblem',
      code: 'INVALID_CREDENTIALS',
    })
    const invalid = await ada.ask(registerDocument, { input: { email: 'nobody', password: goodPassword } })
    expect(invalid.data?.register).toMatchObject({
      __typename: 'AuthInvalidInputProblem',
      issues: [{ path: ['email'] }],
    })
  })

  it('remembers where the client is and what it runs, not the gateway', async () => {
    const ada = stage().client(gateway, '127.0.0.8', { 'x-forwarded-for': '203.0.113.9' })
    const { accessToken } = await signUp(ada)
    const query = '{ currentSession { ipAddress device { browser os } } }'
    const answer = await ada.ask(query, {}, Actor.bearer(accessToken))
    expect(answer.data.currentSession).toMatchObject({
      ipAddress: '127.0.0.8',
      device: { browser: expect.stringContaining('Firefox'), os: expect.stringContaining('Linux') },
    })
  })

  it('responds to each of many identical simultaneous requests with the data of its sender', async () => {
    const people = await Promise.all(
      ['127.0.0.11', '127.0.0.12', '127.0.0.13'].map(async (address) => {
        const actor = stage().client(gateway, address)
        return { actor, person: await signUp(actor) }
      }),
    )
    const answers = await Promise.all(people.map(({ actor, person }) => whoIs(actor, person.accessToken)))
    expect(answers).toEqual(people.map(({ person }) => person.userId))
  })
})

describe.each(gatewayNames)('COOKIE through %s', (gateway) => {
  const transport = { tokenTransport: 'COOKIE' }

  it('sets each cookie, signs in by them, and takes them away', async () => {
    const ada = stage().client(gateway)
    const { csrfToken, accessToken, userId } = await signUp(ada, transport)
    expect(accessToken).toBe('')
    expect([...ada.cookies.keys()].sort()).toEqual([
      '__Host-gatehouse-access',
      '__Host-gatehouse-device',
      '__Host-gatehouse-refresh',
    ])
    expect((await ada.ask(meDocument)).data).toMatchObject({ me: { id: userId } })
    const before = ada.cookies.get('__Host-gatehouse-refresh')
    const refreshed = await ada.ask(refreshDocument, {}, { 'x-csrf-token': csrfToken })
    expect(refreshed.data).toMatchObject({ refresh: { __typename: 'RefreshSuccess' } })
    expect(ada.cookies.get('__Host-gatehouse-refresh')).not.toBe(before)
    await ada.ask(logoutDocument, {}, { 'x-csrf-token': csrfToken })
    expect(ada.sessionCookies).toEqual([])
    expect((await ada.ask(meDocument)).data).toEqual({ me: null })
  })

  it('requires the CSRF token', async () => {
    const ada = stage().client(gateway)
    const { csrfToken } = await signUp(ada, transport)
    const refused = await ada.ask(revokeOtherSessionsDocument)
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', reason: 'CSRF' } }])
    const done = await ada.ask(revokeOtherSessionsDocument, {}, { 'x-csrf-token': csrfToken })
    expect(done.data).toMatchObject({ revokeOtherSessions: { __typename: 'RevokeOtherSessionsSuccess' } })
  })

  it('does nothing for the page of a foreign origin', async () => {
    const ada = stage().client(gateway)
    const { csrfToken } = await signUp(ada, transport)
    const foreign = { 'x-csrf-token': csrfToken, origin: 'https://evil.example' }
    const refused = await ada.ask(logoutDocument, { input: { allDevices: true } }, foreign)
    expect(refused.data?.logout ?? null).toBeNull()
    expect(refused.errors).not.toEqual([])
    expect((await ada.ask(meDocument)).data).toMatchObject({ me: { id: expect.any(String) } })
  })
})

describe.each(gatewayNames)('HYBRID through %s', (gateway) => {
  it('finds back after a reload with nothing but its cookie', async () => {
    const ada = stage().client(gateway)
    const { email, userId } = await signUp(ada)
    const login = await askLogin(ada, email, { tokenTransport: 'HYBRID', password: goodPassword })
    expect(login.tokens).toMatchObject({ accessToken: expect.any(String), refreshToken: null })
    const reloaded = await ada.ask(meDocument)
    expect(reloaded.errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' } },
    ])
    const { csrfToken } = (await ada.ask(csrfTokenDocument)).data
    const refreshed = await ada.ask(refreshDocument, {}, { 'x-csrf-token': csrfToken })
    expect(await whoIs(ada, refreshed.data.refresh.tokens.accessToken)).toBe(userId)
  })
})
