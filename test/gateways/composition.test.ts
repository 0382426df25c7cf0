import { buildSchema, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sdl as postsSdl } from '../../examples/subgraph-posts/posts.js'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { type Composed, composeByApollo, composeByGuild, type Subgraph } from './support/composition.ts'

describe.each([
  ['@theguild/federation-composition', composeByGuild],
  ['@apollo/composition', composeByApollo],
])('composition by %s', (_name, compose) => {
  let testApp: TestApp
  let gatehouse: Subgraph
  let composed: Composed
  beforeAll(async () => {
    testApp = await createTestApp()
    const answer = await testApp.actor().ask('{ _service { sdl } }')
    gatehouse = {
      name: 'gatehouse',
      url: 'http://gatehouse/graphql',
      typeDefs: parse(answer.data._service.sdl),
    }
    const posts = { name: 'posts', url: 'http://posts/graphql', typeDefs: parse(postsSdl) }
    composed = compose([gatehouse, posts])
  })
  afterAll(() => testApp.close())

  it('succeeds beside a subgraph that refers to User', () => {
    expect(composed).toMatchObject({ errors: [], hints: [] })
    expect(composed.supergraph).toContain('posts')
  })

  it('succeeds beside one with pages and a stub of its own', () => {
    const sdl = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable"])
      type Query { articles(first: Int, after: String): ArticleConnection! }
      type ArticleConnection { pageInfo: PageInfo! nodes: [Article!]! }
      type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
      type Article @key(fields: "id") { id: ID! writers: [User!]! }
      type User @key(fields: "id") { id: ID! articles: [Article!]! }
      scalar DateTime
      scalar JSONObject
    `
    const { errors } = compose([
      gatehouse,
      { name: 'articles', url: 'http://articles/graphql', typeDefs: parse(sdl) },
    ])
    expect(errors).toEqual([])
  })

  it('leaves every root field to clients', () => {
    const client = buildSchema(composed.supergraph ?? '', { assumeValid: true })
    const fields = Object.keys(client.getMutationType()?.getFields() ?? {})
    expect(fields).toEqual(expect.arrayContaining(['login', 'refresh', 'logout', 'register', 'writePost']))
    expect(client.getType('User')?.toConfig()).toMatchObject({ fields: { email: {}, displayName: {} } })
  })

  it('refuses a stub that claims the e-mail address', () => {
    const sdl = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
      type Query { greeting: String }
      type User @key(fields: "id") { id: ID! email: String }
    `
    const { errors } = compose([
      gatehouse,
      { name: 'impostor', url: 'http://impostor/graphql', typeDefs: parse(sdl) },
    ])
    expect(errors.join()).toContain('User.email')
  })
})
