import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSchema } from '../../src/graphql/schema.ts'
import { loadDefinitions, serviceOf, verificationService } from '../../src/grpc/proto-definitions.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { EventStream } from '../support/event-stream.ts'
import { codeOf, GrpcClient, openGrpc } from '../support/grpc.ts'
import { openTenantViewers, type TenantViewers, tenantViewerNames } from '../support/matrix-viewers.ts'
import { revokeSessionDocument } from '../support/operations.ts'
import { askAs, signIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { rootFields } from '../support/schema-rules.ts'
import { postForm, send } from '../support/services.ts'
import { makeObjects, type TenantObjects } from '../support/tenant-matrix/tenant-objects.ts'
import { digestRows } from '../support/tenant-matrix/tenant-rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let viewers: TenantViewers
let foreign: TenantObjects
beforeAll(async () => {
  test = await createTestApp()
  viewers = await openTenantViewers(test, await insertTenant(test.database))
  foreign = await makeObjects(test, await insertTenant(test.database))
})
afterAll(() => test.close())

/** Endpoints besides GraphQL, and what decides about tenants there. */
const endpoints: Readonly<Record<string, 'no tenant' | 'tested here'>> = {
  'use-graphiql.ts': 'no tenant',
  'use-graphql-route.ts': 'no tenant',
  'use-health.ts': 'no tenant',
  'use-jwks.ts': 'no tenant',
  'use-mailbox.ts': 'no tenant',
  'use-metrics.ts': 'no tenant',
  'use-oauth-metadata.ts': 'no tenant',
  'use-pages.ts': 'no tenant',
  'use-revocation-feed.ts': 'tested here',
  'use-start-page.ts': 'no tenant',
  'use-token-introspection.ts': 'tested here',
  'use-token-revocation.ts': 'tested here',
  'use-webauthn-origins.ts': 'no tenant',
}
const folder = 'src/http/plugins/endpoints'

/** Ids of persons and of what they own: no secrets, and no valid tokens. */
const ids = ['user', 'session', 'apiKey', 'tokenId', 'address', 'tenant'] as const
/** What a token states about itself to everyone who has it. */
const claims = ({ of, person }: TenantObjects) => [of.user, of.session, of.accessToken, person.sessionId]
const marksIn = (text: string, allowed: readonly string[] = []) =>
  foreign.marks.filter((one) => !allowed.includes(one) && text.includes(one))

describe('the table of endpoints', () => {
  it('has a row for every file, and tests those that serve other programs', () => {
    const files = readdirSync(folder).filter((name) => name.startsWith('use-'))
    expect(Object.keys(endpoints)).toEqual(files)
    const services = files.filter((name) =>
      readFileSync(join(folder, name), 'utf8').includes('serviceEndpoint('),
    )
    expect(services).toEqual(files.filter((name) => endpoints[name] === 'tested here'))
  })
})

describe('POST /oauth2/introspect', () => {
  it.each(tenantViewerNames)('knows nothing by an id of another tenant: %s', async (name) => {
    for (const kind of ids) {
      const response = await postForm(
        test,
        '/oauth2/introspect',
        { token: foreign.of[kind] },
        await viewers[name].headers(),
      )
      const text = await response.text()
      expect([200, 403]).toContain(response.status)
      if (response.status === 200) expect(JSON.parse(text)).toEqual({ active: false })
    }
  })

  it.each(tenantViewerNames)(
    'repeats what a token of another tenant states, and no more: %s',
    async (name) => {
      const token = foreign.of.accessToken
      const response = await postForm(test, '/oauth2/introspect', { token }, await viewers[name].headers())
      const text = await response.text()
      expect(marksIn(text, claims(foreign))).toEqual([])
      if (response.status === 200)
        expect(JSON.parse(text)).toMatchObject({ active: true, tid: foreign.tenantId })
      else expect(response.status).toBe(403)
    },
  )
})

describe('POST /oauth2/revoke', () => {
  it.each(tenantViewerNames)('revokes nothing by an id of another tenant: %s', async (name) => {
    const before = await digestRows(test.database, foreign.tenantId)
    for (const kind of ids) {
      const response = await postForm(
        test,
        '/oauth2/revoke',
        { token: foreign.of[kind] },
        await viewers[name].headers(),
      )
      expect(marksIn(await response.text())).toEqual([])
    }
    expect(await digestRows(test.database, foreign.tenantId)).toEqual(before)
  })
})

describe('GET /revocations', () => {
  it.each(tenantViewerNames)('is refused to another tenant than default: %s', async (name) => {
    const response = await send(test, 'GET', '/revocations', { headers: await viewers[name].headers() })
    expect(response.status).toBe(403)
    expect(marksIn(await response.text())).toEqual([])
  })

  it('has ids for default, and nothing that a person or an administrator wrote', async () => {
    const { accessToken } = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, accessToken, { permissions: ['tokens:verify'] })
    const text = await (await send(test, 'GET', '/revocations', { headers: Actor.bearer(secret) })).text()
    expect(text).toContain(foreign.of.tokenId)
    expect(marksIn(text, [...claims(foreign), foreign.of.tokenId])).toEqual([])
  })
})

describe('gRPC', () => {
  it('has the methods that are tested here', () => {
    const methods = Object.keys(serviceOf(loadDefinitions(), verificationService))
    expect(methods.toSorted()).toEqual(['Verify', 'VerifyBatch'])
  })

  it.each(tenantViewerNames)(
    'verifies tokens, and knows nothing by an id of another tenant: %s',
    async (name) => {
      const grpc = await openGrpc(test)
      const client = new GrpcClient(grpc.port)
      const tokens = [...ids.map((kind) => foreign.of[kind]), foreign.of.accessToken]
      const requests = tokens.map((token) => ({ token }))
      try {
        const headers = await viewers[name].headers()
        const refused = !viewers[name].scope.includes('tokens:verify')
        if (refused) {
          const call = client.call('VerifyBatch', { requests }, headers)
          expect(await codeOf(call)).toBe(status.PERMISSION_DENIED)
          return
        }
        const { responses } = await client.call('VerifyBatch', { requests }, headers)
        const active = responses.map((response: { active: boolean }) => response.active)
        expect(active).toEqual([...ids.map(() => false), true])
        expect(marksIn(JSON.stringify(responses), claims(foreign))).toEqual([])
        const one = await client.call('Verify', { token: foreign.of.accessToken }, headers)
        expect(one).toEqual(responses.at(-1))
      } finally {
        client.close()
        await grpc.close()
      }
    },
  )
})

describe('subscriptions', () => {
  it('are those that are tested here', () => {
    const fields = rootFields(createSchema()).map(({ place }) => place)
    expect(fields.filter((place) => place.startsWith('Subscription.'))).toEqual([
      'Subscription.sessionEvents',
    ])
  })

  it.each(['USER', 'MODERATOR', 'ADMIN'] as const)('send nothing of another tenant: %s', async (role) => {
    const slug = await insertTenant(test.database)
    const listener = await signUpAs(test, role, slug)
    const query = 'subscription { sessionEvents { type sessionId at } }'
    const headers = { accept: 'text/event-stream', ...Actor.bearer(listener.accessToken) }
    const stream = new EventStream(await test.actor().send({ query }, headers))
    const person = await signUp(test.actor(), { tenant: foreign.slug })
    const other = await signIn(test.actor(), person.email, { tenant: foreign.slug })
    const ended = await askAs(test, person, revokeSessionDocument, { input: { sessionId: other.sessionId } })
    expect(ended).toMatchObject({ __typename: 'RevokeSessionSuccess' })
    // The own event comes after those of the other tenant, so whatever was sent has arrived with it.
    const own = await signIn(test.actor(), listener.email, { tenant: slug })
    const heard: string[] = []
    while (!heard.includes(own.sessionId)) heard.push((await stream.next()).data.sessionEvents.sessionId)
    expect(heard).not.toContain(person.sessionId)
    expect(heard).not.toContain(other.sessionId)
    await stream.close()
  })
})

describe('_entities', () => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User {
    id username displayName email firstName lastName role tenant active createdAt sessions { nodes { id } } auditEvents { nodes { id } }
  } } }`
  const entity = async (id: string, headers: Readonly<Record<string, string>>) =>
    (await test.actor().ask(query, { of: [{ __typename: 'User', id }] }, headers)).data._entities[0]
  const nothing = {
    email: null,
    firstName: null,
    lastName: null,
    role: null,
    tenant: null,
    active: null,
    createdAt: null,
    sessions: null,
    auditEvents: null,
  }

  it.each(tenantViewerNames)(
    'has the public fields of users of another tenant, as the one exception: %s',
    async (name) => {
      const id = foreign.of.user
      const { username } = foreign.of
      expect(await entity(id, await viewers[name].headers())).toEqual({
        id,
        username,
        displayName: username,
        ...nothing,
      })
    },
  )

  it('has the same for requests without credentials', async () => {
    const id = foreign.of.user
    const { username } = foreign.of
    expect(await entity(id, {})).toEqual({ id, username, displayName: username, ...nothing })
  })
})
