import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const tokens = 'tokens { accessToken refreshToken csrfToken expiresIn }'
const register = `mutation ($input: RegisterInput!) { register(input: $input) { __typename ... on RegisterSuccess { user { id email } session { id current } ${tokens} } ... on AuthProblem { code message } } }`
const refresh = `mutation ($input: RefreshInput) { refresh(input: $input) { __typename ... on RefreshSuccess { session { id user { email } } ${tokens} } ... on AuthProblem { code message } } }`

describe('the walk', () => {
  it('registers, refreshes, lists and logs out', async () => {
    const ada = test.actor()
    const email = freshEmail()
    const first = await ada.ask(register, { input: { email, password: goodPassword } })
    expect(first.errors).toEqual([])
    expect(first.data.register).toMatchObject({ __typename: 'RegisterSuccess', user: { email } })
    const { accessToken, refreshToken } = first.data.register.tokens
    const me = await ada.ask(
      '{ me { email sessions { totalCount nodes { id current device { name } ipAddress } } } currentSession { id } sessions(first: 1) { edges { cursor } pageInfo { hasNextPage } } }',
      {},
      Actor.bearer(accessToken),
    )
    expect(me.errors).toEqual([])
    expect(me.data).toMatchObject({
      me: {
        email,
        sessions: {
          totalCount: 1,
          nodes: [{ current: true, ipAddress: '192.0.2.7', device: { name: 'Firefox on Linux' } }],
        },
      },
    })
    const second = await ada.ask(refresh, { input: { refreshToken } })
    expect(second.data.refresh).toMatchObject({ __typename: 'RefreshSuccess', session: { user: { email } } })
    const again = await ada.ask(refresh, { input: { refreshToken } })
    expect(again.data.refresh.tokens.refreshToken).toBe(second.data.refresh.tokens.refreshToken)
    const out = await ada.ask(
      'mutation { logout { ... on LogoutSuccess { revokedSessions } } }',
      {},
      Actor.bearer(accessToken),
    )
    expect(out.data.logout).toEqual({ revokedSessions: 1 })
    const after = await ada.ask('{ me { id } }', {}, Actor.bearer(second.data.refresh.tokens.accessToken))
    expect(after.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' } }])
    const dead = await ada.ask(refresh, { input: { refreshToken: second.data.refresh.tokens.refreshToken } })
    expect(dead.data.refresh).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
  })

  it('carries the session in cookies', async () => {
    const ada = test.actor()
    const answer = await ada.ask(register, {
      input: { email: freshEmail(), password: goodPassword, tokenTransport: 'COOKIE' },
    })
    expect(answer.data.register.tokens).toMatchObject({ accessToken: null, refreshToken: null })
    expect([...ada.cookies.keys()].sort()).toEqual(['__Host-gatehouse-access', '__Host-gatehouse-refresh'])
    const bare = await ada.ask('mutation { revokeOtherSessions { __typename } }')
    expect(bare.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', reason: 'CSRF' } }])
    const csrf = { 'x-csrf-token': (await ada.ask('{ csrfToken }')).data.csrfToken }
    const proven = await ada.ask('mutation { revokeOtherSessions { __typename } }', {}, csrf)
    expect(proven.data.revokeOtherSessions).toEqual({ __typename: 'RevokeOtherSessionsSuccess' })
    const refreshed = await ada.ask(refresh, {}, csrf)
    expect(refreshed.data.refresh.__typename).toBe('RefreshSuccess')
  })
})
