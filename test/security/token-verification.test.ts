import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GrpcListening } from '../../src/grpc/grpc-server.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { codeOf, GrpcClient, openGrpc } from '../support/grpc.ts'
import { verifyTokenDocument } from '../support/operations.ts'
import type { SignedIn } from '../support/people.ts'
import { signUpAs } from '../support/people.ts'
import { postForm } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { makeTokens, type ShownToken } from '../support/token-gallery.ts'

let test: TestApp
let admin: SignedIn
let tokens: readonly ShownToken[]
let service: { authorization: string }
let grpc: GrpcListening
let client: GrpcClient
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
  tokens = await makeTokens(test, admin)
  service = Actor.bearer((await makeKey(test, admin.accessToken, { permissions: ['tokens:verify'] })).secret)
  grpc = await openGrpc(test)
  client = new GrpcClient(grpc.port)
})
afterAll(async () => {
  client.close()
  await grpc.close()
  await test.close()
})

/** What a door says, in the words of one of them. */
interface Said {
  readonly active: boolean
  readonly subject: string | null
  readonly sessionId: string | null
  readonly tenantId: string | null
  readonly role: string | null
  readonly permissions: readonly string[]
  readonly authenticationMethods: readonly string[]
  readonly assuranceLevel: string | null
  readonly authenticatedAt: number | null
  readonly issuedAt: number | null
  readonly expiresAt: number | null
}

async function overGraphql(token: string, requiredPermissions: readonly string[] = []) {
  const answer = await test
    .actor()
    .ask(verifyTokenDocument, { input: { token, requiredPermissions } }, service)
  expect(answer.errors).toEqual([])
  const { reason, missingPermissions, authenticatedAt, issuedAt, expiresAt, ...said } =
    answer.data.verifyToken
  const seconds = (time: string | null) => (time === null ? null : Math.floor(Date.parse(time) / 1000))
  const times = { authenticatedAt: seconds(authenticatedAt), issuedAt: seconds(issuedAt) }
  const facts: Said = { ...said, ...times, expiresAt: seconds(expiresAt) }
  return { reason, missingPermissions, said: facts }
}

async function overHttp(token: string): Promise<Said> {
  const response = await postForm(test, '/oauth2/introspect', { token }, service)
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const body = await response.json()
  if (!body.active) expect(body).toEqual({ active: false })
  return {
    active: body.active,
    subject: body.sub ?? null,
    sessionId: body.sid ?? null,
    tenantId: body.tid ?? null,
    role: body.role ?? null,
    permissions: (body.scope ?? '').split(' ').filter((word: string) => word !== ''),
    authenticationMethods: body.amr ?? [],
    assuranceLevel: body.acr?.toUpperCase() ?? null,
    authenticatedAt: body.auth_time ?? null,
    issuedAt: body.iat ?? null,
    expiresAt: body.exp ?? null,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is what the test is about
function ofGrpc(response: any) {
  const word = (text: string) => (text === '' ? null : text)
  const value = (name: string, prefix: string) =>
    name.endsWith('UNSPECIFIED') ? null : name.slice(prefix.length)
  const said: Said = {
    active: response.active,
    subject: word(response.subject),
    sessionId: word(response.sessionId),
    tenantId: word(response.tenantId),
    role: value(response.role, 'USER_ROLE_'),
    permissions: response.permissions,
    authenticationMethods: response.authenticationMethods,
    assuranceLevel: value(response.assuranceLevel, 'ASSURANCE_LEVEL_'),
    authenticatedAt: response.authenticatedAt?.seconds ?? null,
    issuedAt: response.issuedAt?.seconds ?? null,
    expiresAt: response.expiresAt?.seconds ?? null,
  }
  return {
    reason: value(response.reason, 'TOKEN_REJECTION_'),
    missingPermissions: response.missingPermissions,
    said,
  }
}

async function overGrpc(token: string, requiredPermissions: readonly string[] = []) {
  return ofGrpc(await client.call('Verify', { token, requiredPermissions }, service))
}

describe('the verdict on a token', () => {
  it('is tried with more than 40 of them, of every state', () => {
    expect(tokens.length).toBeGreaterThanOrEqual(40)
    const states = new Set(tokens.map(({ verdict }) => verdict))
    expect([...states].toSorted()).toEqual([
      'BAD_SIGNATURE',
      'EXPIRED',
      'MALFORMED',
      'NOT_YET_VALID',
      'REVOKED',
      'USER_DISABLED',
      'WRONG_AUDIENCE',
      'WRONG_ISSUER',
      'active',
    ])
  })

  it('is the same through GraphQL, introspection and gRPC', async () => {
    for (const { name, token, verdict, subject = null } of tokens) {
      const [graphql, http, one] = await Promise.all([overGraphql(token), overHttp(token), overGrpc(token)])
      const active = verdict === 'active'
      expect([graphql.reason, one.reason], name).toEqual(active ? [null, null] : [verdict, verdict])
      expect(graphql.said, name).toMatchObject({ active, subject })
      expect(http, name).toEqual(graphql.said)
      expect(one, name).toEqual(graphql)
    }
  })

  it('states how and when the user proved who they are', async () => {
    const byName = (part: string) => tokens.find(({ name }) => name === part)?.token ?? ''
    const single = {
      authenticationMethods: ['pwd'],
      assuranceLevel: 'AAL1',
      authenticatedAt: expect.any(Number),
    }
    const expected = {
      'of a user': single,
      'of a version before second factors': single,
      'of a session with two factors': {
        authenticationMethods: ['pwd', 'otp', 'mfa'],
        assuranceLevel: 'AAL2',
        authenticatedAt: expect.any(Number),
      },
      'an API key': { authenticationMethods: [], assuranceLevel: null, authenticatedAt: null },
    }
    for (const [name, proven] of Object.entries(expected)) {
      expect((await overGraphql(byName(name))).said, name).toMatchObject(proven)
      expect(await overHttp(byName(name)), name).toMatchObject(proven)
    }
  })

  it('is the same for all of them at once', async () => {
    const requests = tokens.map(({ token }) => ({ token }))
    const { responses } = await client.call('VerifyBatch', { requests }, service)
    const expected = await Promise.all(requests.map(({ token }) => overGrpc(token)))
    expect(responses.map(ofGrpc)).toEqual(expected)
  })

  it('is what the service itself does with the token', async () => {
    for (const { name, token, verdict } of tokens) {
      if (token === '' || /[^\x21-\x7e]/.test(token)) continue
      const answer = await test.actor().ask('{ me { id } }', {}, Actor.bearer(token))
      expect(answer.errors.length === 0, name).toBe(verdict === 'active')
    }
  })

  it('names the permissions that are missing, and refuses for them alone', async () => {
    const wanted = ['users:read', 'audit:read', 'roles:write', 'other:service', 'users:read']
    const byName = (part: string) => tokens.find(({ name }) => name === part)?.token ?? ''
    const lacking = {
      'of a user': 4,
      'of a moderator': 2,
      'of an administrator': 1,
      'an API key that will expire': 2,
    }
    for (const [name, count] of Object.entries(lacking)) {
      const graphql = await overGraphql(byName(name), wanted)
      expect(graphql.reason, name).toBe('MISSING_PERMISSIONS')
      expect(graphql.said.active).toBe(false)
      expect(graphql.said.subject).not.toBeNull()
      expect(graphql.missingPermissions).toHaveLength(count)
      expect(await overGrpc(byName(name), wanted)).toEqual(graphql)
    }
    expect((await overGraphql(byName('of an administrator'), ['users:read'])).said.active).toBe(true)
    expect((await overGraphql(byName('long expired'), wanted)).missingPermissions).toEqual([])
  })

  it('reports to a service that it lacks the permission', async () => {
    const token = tokens[0]?.token ?? ''
    for (const requiredPermissions of [Array(51).fill('a'), [''], ['x'.repeat(101)]]) {
      const answer = await test
        .actor()
        .ask(verifyTokenDocument, { input: { token, requiredPermissions } }, service)
      expect(answer.errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
      expect(await codeOf(client.call('Verify', { token, requiredPermissions }, service))).toBe(
        status.INVALID_ARGUMENT,
      )
    }
  })
})
