import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { createVerifier, endpointsAt, type Verifier } from '../../src/verify/gatehouse-verify.ts'
import { grantRole, insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { signIn, signUp } from '../support/people.ts'
import { startApolloGateway } from './support/apollo-gateway.ts'
import { checkingByDirectives } from './support/directive-checks.ts'
import { startDrafts } from './support/drafts.ts'
import { type Graph, startGraph } from './support/graph.ts'
import { startHiveGateway } from './support/hive-gateway.ts'
import type { Served } from './support/loopback.ts'
import { clientOf } from './support/stage.ts'

interface Deployment {
  readonly name: string
  /** The error code of a request without the permission. */
  readonly forbidden: string
  readonly unauthenticated: string
  /** Whether the subgraph of the other team checks tokens with gatehouse-verify. */
  readonly verifies: boolean
  start(graph: Graph): Promise<Served>
}

const deployments: readonly Deployment[] = [
  {
    name: 'by Hive Gateway alone, from the directives',
    forbidden: 'UNAUTHORIZED_FIELD_OR_TYPE',
    unauthenticated: 'UNAUTHORIZED_FIELD_OR_TYPE',
    verifies: false,
    start: (graph) => startHiveGateway(graph.supergraph, checkingByDirectives(graph)),
  },
  {
    name: 'by gatehouse-verify behind Hive Gateway that checks nothing',
    forbidden: 'FORBIDDEN',
    unauthenticated: 'UNAUTHENTICATED',
    verifies: true,
    start: ({ supergraph }) => startHiveGateway(supergraph),
  },
  {
    name: 'by gatehouse-verify behind Apollo Gateway, composed without the directives',
    forbidden: 'FORBIDDEN',
    unauthenticated: 'UNAUTHENTICATED',
    verifies: true,
    start: ({ supergraphWithoutPolicies }) => startApolloGateway(supergraphWithoutPolicies),
  },
]

describe.each(deployments)('a permission of the application is enforced $name', (deployment) => {
  const closer = new Closer()
  let graph: Graph
  let gateway: Served
  beforeAll(async () => {
    graph = await startGraph({}, [
      ({ base, testApp: { config } }) => startDrafts(verifierOf(base, config.tokens)),
    ])
    closer.add('graph', () => graph.close())
    gateway = await deployment.start(graph)
    closer.add('gateway', () => gateway.close())
  })
  afterAll(() => closer.close())

  function verifierOf(base: string, tokens: { issuer: string; audience: string }): Verifier | null {
    if (!deployment.verifies) return null
    const { issuer, audience } = tokens
    const verifier = createVerifier({ issuer, audience, tenant: 'default', endpoints: endpointsAt(base) })
    closer.add('verifier', async () => verifier.close())
    return verifier
  }

  /** A client and the token of a user with a role of these permissions; without a role if there are none. */
  async function userWith(...permissions: string[]) {
    const { database } = graph.testApp
    const client = clientOf(gateway, graph)
    const { userId, email } = await signUp(client)
    if (permissions.length > 0)
      await grantRole(database, (await insertAccessRole(database, { permissions })).id, [userId])
    const { accessToken } = await signIn(client, email)
    return {
      ask: (query: string, headers: Record<string, string> = Actor.bearer(accessToken)) =>
        client.ask(query, {}, headers),
    }
  }
  const refused = (field: string, code: string) => ({
    data: { [field]: null },
    errors: [{ path: [field], extensions: { code } }],
  })
  const publish = 'mutation { publish(title: "Hello") }'

  it('for a token that has it', async () => {
    const ada = await userWith('posts:write')
    expect(await ada.ask('{ draft }')).toMatchObject({ data: { draft: 'A draft' }, errors: [] })
    expect(await ada.ask(publish)).toMatchObject({ data: { publish: 'Hello' }, errors: [] })
  })

  it('for a token with another permission that the field accepts', async () => {
    const grace = await userWith('posts:admin', 'posts:read')
    expect(await grace.ask(publish)).toMatchObject({ data: { publish: 'Hello' }, errors: [] })
    expect(await grace.ask('{ draft }')).toMatchObject(refused('draft', deployment.forbidden))
  })

  it.each([
    ['without a role', []],
    ['with a role of other permissions', ['posts:read', 'posts:writer', 'blog-posts:write']],
  ])('against a token %s', async (_what, permissions) => {
    const eve = await userWith(...permissions)
    expect(await eve.ask('{ draft }')).toMatchObject(refused('draft', deployment.forbidden))
    expect(await eve.ask(publish)).toMatchObject(refused('publish', deployment.forbidden))
  })

  it('against requests without a token, which read everything else', async () => {
    const anyone = await userWith()
    const answer = await anyone.ask('{ draft posts { title } }', {})
    expect(answer).toMatchObject({
      data: { draft: null, posts: [] },
      errors: [{ path: ['draft'], extensions: { code: deployment.unauthenticated } }],
    })
  })

  it('beside fields of Gatehouse, which stay readable', async () => {
    const eve = await userWith()
    const { data } = await eve.ask('{ me { id } draft }')
    expect(data).toEqual({ me: { id: expect.any(String) }, draft: null })
  })
})
