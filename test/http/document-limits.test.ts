import { getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createTestHttpApp } from './support/test-http-app.ts'

const app = createTestHttpApp()
const login = 'login(input: { identifier: "a", password: "b" })'

async function run(query: string, target = app) {
  const started = performance.now()
  const response = await target.post({ query })
  const text = await response.text()
  const { errors } = JSON.parse(text)
  return {
    status: response.status,
    codes: errors?.map((error: { extensions: { code: string } }) => error.extensions.code),
    length: text.length,
    text,
    ms: performance.now() - started,
  }
}

const deep = (levels: number) =>
  `{ ${'node { '.repeat(1)}${'self { '.repeat(levels - 2)}name ${'} '.repeat(levels - 1)}}`

describe('the limits of a document', () => {
  it('allow twelve levels and no thirteenth', async () => {
    expect((await run(deep(12))).codes).toBeUndefined()
    expect((await run(deep(13))).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('allow thirty aliases, also when fragments multiply them', async () => {
    const aliases = (count: number) =>
      Array.from({ length: count }, (_, index) => `a${index}: hello`).join(' ')
    expect((await run(`{ ${aliases(30)} }`)).codes).toBeUndefined()
    expect((await run(`{ ${aliases(31)} }`)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    const spread = `{ a: node { ...F } b: node { ...F } } fragment F on Node { ${aliases(15).replaceAll('hello', 'name')} }`
    expect((await run(spread)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('answer an alias flood with one small error', async () => {
    const flood = `{ ${Array.from({ length: 300 }, (_, index) => `a${index}: nope${index}`).join(' ')} }`
    const result = await run(flood)
    expect(result.codes).toHaveLength(1)
    expect(result.length).toBeLessThan(300)
  })

  it('list at most ten validation errors', async () => {
    const result = await run(`{ ${Array.from({ length: 200 }, (_, index) => `nope${index}`).join(' ')} }`)
    expect(result.codes).toHaveLength(10)
  })

  it('allow a thousand tokens', async () => {
    expect((await run(`{ ${'hello '.repeat(499)} }`)).codes).toBeUndefined()
    expect((await run(`{ ${'hello '.repeat(1000)} }`)).codes).toEqual(['GRAPHQL_PARSE_FAILED'])
    expect((await run('{'.repeat(50_000))).codes).toEqual(['GRAPHQL_PARSE_FAILED'])
    expect((await run(`{ hello(a: ${'['.repeat(45_000)}`)).codes).toEqual(['GRAPHQL_PARSE_FAILED'])
  })

  it('allow five hundred fields and fifty directives', async () => {
    expect((await run(`{ ${'hello '.repeat(501)} }`)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect((await run(`{ hello ${'@include(if: true) '.repeat(51)} }`)).codes).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ])
    expect((await run(`{ hello ${'@nope '.repeat(40)} }`)).codes?.length).toBeLessThanOrEqual(10)
  })

  it('allow ten operations', async () => {
    const operations = (count: number) =>
      Array.from({ length: count }, (_, index) => `query Q${index} { hello }`).join(' ')
    const named = await app.post({ query: operations(10), operationName: 'Q3' })
    expect(await named.json()).toEqual({ data: { hello: 'world' } })
    expect((await run(operations(11))).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('refuse exponential fragments without expanding them', async () => {
    const levels = Array.from(
      { length: 60 },
      (_, index) => `fragment F${index} on Node { self { ...F${index + 1} } list { ...F${index + 1} } }`,
    )
    const bomb = `{ node { ...F0 } } ${levels.join(' ')} fragment F60 on Node { name }`
    const result = await run(bomb)
    expect(result.codes).toHaveLength(1)
    const wide = Array.from(
      { length: 8 },
      (_, index) => `fragment W${index} on Node { ${`...W${index + 1} `.repeat(20)} }`,
    )
    expect(
      (await run(`{ node { ...W0 } } ${wide.join(' ')} fragment W8 on Node { name }`)).codes,
    ).toHaveLength(1)
  })

  it('survive fragments that contain themselves', async () => {
    const cycle =
      '{ node { ...A } } fragment A on Node { ...B name } fragment B on Node { ...A self { ...B } }'
    expect((await run(cycle)).codes).toContain('GRAPHQL_VALIDATION_FAILED')
    expect((await run('{ node { ...Missing } }')).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('apply to unused fragments as well', async () => {
    const result = await run(`{ hello } fragment Unused on Node { ${'name '.repeat(501).slice(0, -1)} }`)
    expect(result.codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('allow one credential check per operation, through aliases and fragments', async () => {
    const fresh = createTestHttpApp()
    expect((await run(`mutation { ${login} touch }`, fresh)).codes).toBeUndefined()
    expect(fresh.seen.mutations).toBe(2)
    const refused = [
      `mutation { a: ${login} b: ${login} }`,
      `mutation { ${login} changePassword(input: { identifier: "a", password: "b" }) }`,
      `mutation { ...F ... on Mutation { b: ${login} } } fragment F on Mutation { a: ${login} }`,
      `mutation { ...F ...F } fragment F on Mutation { ${login} }`,
      `mutation { ...F } fragment F on Mutation { ...G ...H } fragment G on Mutation { a: ${login} } fragment H on Mutation { b: ${login} }`,
    ]
    for (const query of refused) {
      expect([query, (await run(query, fresh)).codes]).toEqual([query, ['GRAPHQL_VALIDATION_FAILED']])
    }
    expect(fresh.seen.mutations).toBe(2)
    const two = `mutation A { ${login} } mutation B { ${login} }`
    expect((await fresh.post({ query: two, operationName: 'B' })).status).toBe(200)
  })

  it('hold when the same text comes again', async () => {
    const fresh = createTestHttpApp()
    for (let round = 0; round < 3; round += 1) {
      expect((await run(deep(13), fresh)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
      expect((await run('{', fresh)).codes).toEqual(['GRAPHQL_PARSE_FAILED'])
      expect((await run('{ nope }', fresh)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    }
  })
})

describe('introspection', () => {
  const full = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  })

  it('works where it is on', async () => {
    expect((await run(full)).codes).toBeUndefined()
    expect((await run('{ __type(name: "Node") { name } }')).codes).toBeUndefined()
  })

  it('has a bound of its own', async () => {
    const endless = `{ __schema { types { ${'ofType { '.repeat(21)} name ${'} '.repeat(21)} } } }`
    expect((await run(endless)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('gives nothing away where it is off, while _service and __typename go on working', async () => {
    const closed = createTestHttpApp({ config: { introspection: false } })
    for (const query of [full, '{ __schema { types { name } } }', '{ __type(name: "Node") { name } }']) {
      expect(new Set((await run(query, closed)).codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']))
    }
    expect((await run('{ __typename _service { sdl } }', closed)).codes).toBeUndefined()
    for (const query of [
      '{ helo }',
      '{ node { nam } }',
      `mutation { login(inpt: 1) }`,
      '{ node { ... on Nod { name } } }',
    ]) {
      expect((await run(query, closed)).text).not.toMatch(/did you mean/i)
    }
    const typo = await closed.post({
      query: 'mutation L($input: LoginInput!) { login(input: $input) }',
      variables: { input: { identifier: 'a', passwrd: 'b' } },
    })
    expect(await typo.text()).not.toMatch(/did you mean/i)
    expect((await run('{ helo }')).text).toMatch(/did you mean/i)
  })
})

describe('the size of a response', () => {
  const echo = (aliases: number, text: string, headers: Record<string, string> = {}, operation = 'query') => {
    const fields = Array.from({ length: aliases }, (_, index) => `a${index}: echo(text: $text)`).join(' ')
    return app.post({ query: `${operation} ($text: String) { ${fields} }`, variables: { text } }, headers)
  }
  const code = async (response: Response) => (await response.json()).errors?.[0].extensions.code

  it('is at most 1 MB, counted in bytes', async () => {
    expect(await code(await echo(10, 'x'.repeat(98_000)))).toBeUndefined()
    expect(await code(await echo(11, 'x'.repeat(98_000)))).toBe('BAD_USER_INPUT')
    expect(await code(await echo(10, 'é'.repeat(49_000)))).toBeUndefined()
    expect(await code(await echo(11, 'é'.repeat(49_000)))).toBe('BAD_USER_INPUT')
    const refused = await echo(30, 'x'.repeat(98_000), { accept: 'application/graphql-response+json' })
    expect([refused.status, (await refused.text()).length < 300]).toEqual([400, true])
  })

  it('is at most 1 MB as an event', async () => {
    const text = await (await echo(30, 'x'.repeat(98_000), { accept: 'text/event-stream' })).text()
    expect(text).toContain('BAD_USER_INPUT')
    expect(text.length).toBeLessThan(500)
  })

  it('contains the schema once', async () => {
    const twice = [
      '{ a: __schema { queryType { name } } b: __schema { queryType { name } } }',
      '{ ...A ...B } fragment A on Query { a: __schema { queryType { name } } } fragment B on Query { ...A b: __schema { queryType { name } } }',
      'mutation { a: __schema { queryType { name } } ... { b: __schema { queryType { name } } } }',
    ]
    for (const query of twice) expect([query, (await run(query)).codes]).toEqual([query, ['BAD_USER_INPUT']])
    expect((await run(getIntrospectionQuery())).codes).toBeUndefined()
  })
})
