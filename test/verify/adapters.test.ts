import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVerifier, type Verifier } from '../../src/verify/gatehouse-verify.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { Forger } from '../support/forger.ts'
import { type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { makeTokens, type ShownToken } from '../support/token-gallery.ts'
import { type AdaptedServer, paths, servers } from './support/adapted-servers.ts'
import { optionsOf, verifierOf } from './support/verifier-of.ts'

const graphqlServers = ['yoga', 'apollo']
const folder = 'src/verify/adapters'

let test: TestApp
let ada: SignedIn
let admin: SignedIn
let verifier: Verifier
let away: Verifier
let tokens: readonly ShownToken[]
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
  ada = await signUp(test.actor())
  tokens = await makeTokens(test, admin)
  verifier = await verifierOf(test, admin)
  await verifier.start()
  const fetch = async () => new Response('', { status: 502 })
  away = createVerifier({ ...optionsOf(test), tenant: 'default', fetch })
})
afterAll(async () => {
  verifier.close()
  await test.close()
})

/** Tokens that arrive in a header as they are. */
function sendable(): readonly ShownToken[] {
  return tokens.filter(({ token }) => /^[\x21-\x7e]*$/.test(token))
}

describe.each(Object.keys(servers))('the adapter for %s', (name) => {
  const [open] = [servers[name]]
  let server: AdaptedServer
  let cutOff: AdaptedServer
  beforeAll(async () => {
    if (open === undefined) throw new Error(`There is no server ${name}.`)
    server = await open(verifier)
    cutOff = await open(away)
  })
  afterAll(async () => {
    await server.close()
    await cutOff.close()
  })

  it('has at most 40 lines', () => {
    expect(readFileSync(`${folder}/${name}.ts`, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })

  it('accepts the good tokens of the gallery and no other, also where no credential is required', async () => {
    expect(sendable().length).toBeGreaterThan(40)
    for (const { name: what, token, verdict, subject } of sendable()) {
      const isGood = verdict === 'active'
      for (const path of ['whoami', 'anyone'] as const) {
        const { status, viewer } = await server.ask(path, Actor.bearer(token))
        expect([what, path, status, viewer]).toEqual([
          what,
          path,
          isGood ? 200 : 401,
          isGood ? subject : null,
        ])
      }
    }
  })

  it('accepts API keys in their header', async () => {
    const { secret } = await makeKey(test, admin.accessToken)
    expect(await server.ask('whoami', { 'x-api-key': secret })).toMatchObject({ viewer: admin.userId })
    expect(await server.ask('whoami', { 'x-api-key': `${secret.slice(0, -1)}_` })).toMatchObject({
      status: 401,
    })
  })

  it('refuses requests without a credential, except where none is required', async () => {
    expect(await server.ask('whoami', {})).toMatchObject({ status: 401, viewer: null })
    expect(await server.ask('anyone', {})).toMatchObject({ status: 200, viewer: 'anonymous' })
  })

  it('treats no one as signed in or signed out while credentials cannot be checked', async () => {
    for (const path of paths) {
      const reply = await cutOff.ask(path, Actor.bearer(ada.accessToken))
      expect([path, reply]).toEqual([path, expect.objectContaining({ status: 503, viewer: null })])
      if (!graphqlServers.includes(name)) expect(reply.retryAfter).toBe('1')
    }
    expect(await cutOff.ask('anyone', {})).toMatchObject({ status: 200, viewer: 'anonymous' })
  })

  it('requires permissions and assurance', async () => {
    const forger = await Forger.of(test, ada.accessToken)
    const good = forger.forge({}, { scope: 'posts:write', roles: ['editor'], acv: 1, acr: 'aal2' })
    for (const path of ['write', 'stepUp'] as const) {
      expect(await server.ask(path, Actor.bearer(good))).toMatchObject({ status: 200, viewer: ada.userId })
      expect(await server.ask(path, {})).toMatchObject({ status: 401, viewer: null })
    }
    const unscoped = await server.ask('write', Actor.bearer(ada.accessToken))
    const weak = await server.ask('stepUp', Actor.bearer(ada.accessToken))
    if (graphqlServers.includes(name)) return expect([unscoped.status, weak.status]).toEqual([403, 403])
    expect([unscoped.status, unscoped.challenge]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="posts:write"',
    ])
    expect([weak.status, weak.challenge]).toEqual([
      401,
      'Bearer error="insufficient_user_authentication", acr_values="aal2"',
    ])
  })

  it.runIf(graphqlServers.includes(name))('enforces directives', async () => {
    const forger = await Forger.of(test, ada.accessToken)
    const ask = (scope: string) =>
      server.ask('directed', Actor.bearer(forger.forge({}, { scope, roles: ['editor'], acv: 1 })))
    for (const scope of ['posts:write', 'posts:all posts:read'])
      expect(await ask(scope)).toMatchObject({ status: 200, viewer: ada.userId })
    for (const scope of ['', 'posts:read', 'posts:writer', 'posts:write,posts:read'])
      expect(await ask(scope)).toMatchObject({ status: 403, viewer: null })
    expect(await server.ask('directed', {})).toMatchObject({ status: 401 })
    expect(await cutOff.ask('directed', Actor.bearer(ada.accessToken))).toMatchObject({ status: 503 })
  })
})

it('every adapter is tested', () => {
  expect(readdirSync(folder).toSorted()).toEqual(
    Object.keys(servers)
      .map((name) => `${name}.ts`)
      .toSorted(),
  )
})
