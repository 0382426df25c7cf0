import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { signUp, signUpAs } from '../support/people.ts'
import { postForm, send } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const path = '/.well-known/oauth-authorization-server'
let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** The path of an endpoint of the service that the metadata names. */
function pathOf(url: string): string {
  expect(url).toContain(test.config.server.publicUrl.origin)
  return new URL(url).pathname
}

describe('the authorization server metadata (RFC 8414)', () => {
  it('names the issuer of access tokens, what exists, and no grant', async () => {
    const response = await send(test, 'GET', path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const { accessToken } = await signUp(test.actor())
    const [header, claims] = accessToken
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString())
      .slice(0, 2)
      .map((text) => JSON.parse(text))
    const origin = test.config.server.publicUrl.origin
    expect(await response.json()).toEqual({
      issuer: claims.iss,
      jwks_uri: `${origin}/.well-known/jwks.json`,
      introspection_endpoint: `${origin}/oauth2/introspect`,
      introspection_endpoint_auth_methods_supported: ['Bearer'],
      revocation_endpoint: `${origin}/oauth2/revoke`,
      revocation_endpoint_auth_methods_supported: ['none'],
      gatehouse_revocations_endpoint: `${origin}/revocations`,
      response_types_supported: [],
      grant_types_supported: [],
      access_token_signing_alg_values_supported: [header.alg],
      acr_values_supported: ['aal1', 'aal2'],
    })
  })

  it('names endpoints that do what it says', async () => {
    const metadata = await (await send(test, 'GET', path)).json()
    const { keys } = await (await send(test, 'GET', pathOf(metadata.jwks_uri))).json()
    expect(keys.map(({ alg }: { alg: string }) => alg)).toContain(
      metadata.access_token_signing_alg_values_supported[0],
    )
    const { accessToken: token } = await signUp(test.actor())
    const admin = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, admin.accessToken)
    const introspect = () =>
      postForm(test, pathOf(metadata.introspection_endpoint), { token }, Actor.bearer(secret))
    expect(await (await introspect()).json()).toMatchObject({ active: true, iss: metadata.issuer })
    expect((await postForm(test, pathOf(metadata.revocation_endpoint), { token })).status).toBe(200)
    expect(await (await introspect()).json()).toEqual({ active: false })
  })

  it('is read only, and stands where the issuer says', async () => {
    expect((await send(test, 'POST', path)).status).toBe(405)
    const issuer = 'https://auth.example.com/acme'
    const other = await createTestApp({ env: { TOKEN_ISSUER: issuer } })
    const nameless = await createTestApp({ env: { TOKEN_ISSUER: 'gatehouse' } })
    try {
      expect(await (await send(other, 'GET', `${path}/acme`)).json()).toMatchObject({ issuer })
      expect((await send(other, 'GET', path)).status).toBe(404)
      expect((await send(nameless, 'GET', path)).status).toBe(404)
    } finally {
      await Promise.all([other.close(), nameless.close()])
    }
  })
})
