import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { Actor } from '../support/actor.ts'
import { securityEventsDocument, sessionsDocument } from '../support/operations.ts'
import { rotate, signIn, signUp, signUpAs } from '../support/people.ts'
import { startApolloGateway } from './support/apollo-gateway.ts'
import { checkingByDirectives } from './support/directive-checks.ts'
import { type Graph, startGraph } from './support/graph.ts'
import { startHiveGateway } from './support/hive-gateway.ts'
import type { Served } from './support/loopback.ts'
import { clientOf } from './support/stage.ts'

// No operation of Gatehouse alone: the posts are asked, too.
const everythingOfMine = `
  query EverythingOfMine {
    me {
      id username displayName email emailVerified firstName role permissions preferences twoFactorEnabled active locked
      createdAt loginCount
      sessions { totalCount nodes { id current user { id email } device { name } } }
    }
    currentSession { id ipAddress user { email } }
    passwordPolicy { minLength }
    posts { author { email } }
  }
`
const users = '{ users { nodes { id email } } }'

describe('a gateway that enforces @authenticated and @requiresScopes by itself', () => {
  const closer = new Closer()
  let graph: Graph
  let gateway: Served
  const client = () => clientOf(gateway, graph)
  beforeAll(async () => {
    graph = await startGraph()
    closer.add('graph', () => graph.close())
    gateway = await startHiveGateway(graph.supergraph, checkingByDirectives(graph))
    closer.add('gateway', () => gateway.close())
  })
  afterAll(() => closer.close())

  it('takes nothing away from its owner', async () => {
    const ada = client()
    const { accessToken, userId, email } = await signUp(ada)
    const bearer = Actor.bearer(accessToken)
    const written = await ada.ask('mutation { writePost(title: "mine") { author { email } } }', {}, bearer)
    expect(written).toMatchObject({ errors: [], data: { writePost: { author: { email } } } })
    const answer = await ada.ask(everythingOfMine, {}, bearer)
    expect(answer.errors).toEqual([])
    const { username, firstName, ...me } = answer.data.me
    expect([username, firstName]).toEqual([null, null])
    expect(Object.values(me)).not.toContain(null)
    expect(me).toMatchObject({ id: userId, email, sessions: { nodes: [{ user: { email } }] } })
    expect(answer.data.currentSession).toMatchObject({ ipAddress: '127.0.0.2', user: { email } })
    for (const document of [sessionsDocument, securityEventsDocument]) {
      const page = await ada.ask(document, {}, bearer)
      expect(page.errors).toEqual([])
      expect(Object.values(page.data ?? {})).not.toContain(null)
    }
  })

  it('lets strangers sign in and refresh', async () => {
    const ada = client()
    const { email } = await signUp(ada)
    const { refreshToken } = await signIn(ada, email)
    expect(await rotate(ada, refreshToken)).not.toBe(refreshToken)
  })

  it('shows users only with the permission', async () => {
    const { accessToken } = await signUpAs(graph.testApp, 'ADMIN')
    const list = await client().ask(users, {}, Actor.bearer(accessToken))
    expect(list.errors).toEqual([])
    expect(list.data.users.nodes).not.toEqual([])
    const ada = client()
    const bearer = Actor.bearer((await signUp(ada)).accessToken)
    for (const headers of [bearer, {}]) {
      const refused = await ada.ask(users, {}, headers)
      expect(refused.data?.users ?? null).toBeNull()
      expect(refused.errors).toHaveLength(1)
    }
  })
})

describe('Apollo Gateway', () => {
  it('does not start with the directives, which it does not know', async () => {
    const graph = await startGraph()
    await expect(startApolloGateway(graph.supergraph)).rejects.toThrow(/requiresScopes.+ unsupported/)
    await graph.close()
  })
})
