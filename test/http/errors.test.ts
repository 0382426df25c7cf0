import { describe, expect, it } from 'vitest'
import { createTestHttpApp } from './support/test-http-app.ts'
import { SECRET, StoreDown } from './support/test-schema.ts'

const spec = { accept: 'application/graphql-response+json' }

async function run(
  query: string,
  variables?: object,
  headers?: Record<string, string>,
  app = createTestHttpApp(),
) {
  const response = await app.post({ query, variables }, headers)
  const text = await response.text()
  const { errors, data } = JSON.parse(text)
  return { response, text, status: response.status, app, errors, data }
}

describe('an unexpected error', () => {
  it('is masked, with the id under which it was logged once', async () => {
    for (const field of ['crash', 'wrappedCrash', 'unknownCode']) {
      const { status, text, data, errors, response, app } = await run(`{ hello ${field} }`)
      const requestId = response.headers.get('x-request-id')
      expect({ status, data }).toEqual({ status: 200, data: { hello: 'world', [field]: null } })
      expect(text).not.toContain(SECRET)
      expect(errors).toEqual([
        {
          message: 'Unexpected error.',
          locations: expect.anything(),
          path: [field],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
        },
      ])
      const logged = app.lines.filter((line) => line.level === 'error')
      expect(logged).toHaveLength(1)
      expect(logged[0]?.fields).toMatchObject({
        requestId,
        error: { stack: expect.stringContaining('Error') },
      })
    }
  })

  it('in the context masks the whole answer', async () => {
    const app = createTestHttpApp({
      deps: {
        createContext: async () => {
          throw new Error(SECRET)
        },
      },
    })
    const { status, text, errors } = await run('{ hello }', {}, {}, app)
    expect({ status, code: errors[0].extensions.code }).toEqual({
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
    })
    expect(text).not.toContain(SECRET)
  })

  it('outside of GraphQL is a bare 500', async () => {
    const app = createTestHttpApp({
      deps: {
        plugins: [
          {
            onRequest() {
              throw new Error(SECRET)
            },
          },
        ],
      },
    })
    const response = await app.post({ query: '{ hello }' })
    expect(response.status).toBe(500)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.text()).toBe('{"error":"Unexpected error."}')
  })
})

describe('an error with a public code', () => {
  it('passes with its extensions but sets neither status nor headers', async () => {
    for (const headers of [{}, spec]) {
      const { status, errors, response } = await run('{ hello refused }', {}, headers)
      expect(status).toBe(200)
      expect(response.headers.get('x-leak')).toBeNull()
      expect(errors[0]).toMatchObject({
        message: 'You may not.',
        extensions: { code: 'FORBIDDEN', reason: 'CSRF' },
      })
      expect(errors[0].extensions.http).toBeUndefined()
    }
  })

  it('that says when to come back sets Retry-After', async () => {
    const { status, response } = await run('{ limited }')
    expect([status, response.headers.get('retry-after')]).toEqual([200, '7'])
  })
})

describe('a store that is down', () => {
  it('is UNAVAILABLE with the time to wait, and no word of why', async () => {
    const { status, text, errors, response, data } = await run('{ hello down }')
    expect({ status, data }).toEqual({ status: 200, data: { hello: 'world', down: null } })
    expect(errors[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 3 } })
    expect(errors[0].message).toMatch(/try again/i)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(text).not.toContain(SECRET)
  })

  it('makes the whole answer 503 when every root field needs it, and only then', async () => {
    expect((await run('{ down }')).status).toBe(503)
    expect((await run('{ a: down b: down }')).status).toBe(503)
    expect((await run('{ down }', {}, spec)).status).toBe(503)
    expect((await run('{ down __typename }')).status).toBe(200)
    expect((await run('{ down refused }')).status).toBe(200)
    expect((await run('{ down crash }')).status).toBe(200)
  })

  it('while the context is made is 503', async () => {
    const createContext = async () => {
      throw new StoreDown(SECRET)
    }
    const { status, errors } = await run('{ hello }', {}, {}, createTestHttpApp({ deps: { createContext } }))
    expect([status, errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE'])
  })
})

describe('unusable variables', () => {
  const login = 'mutation L($input: LoginInput!) { login(input: $input) }'

  it('are named by path and type, and their values never come back', async () => {
    const cases: [object, string][] = [
      [{}, 'Variable "$input" of required type "LoginInput!" was not provided.'],
      [{ input: null }, 'Variable "$input" is not valid at "input": expected LoginInput!.'],
      [{ input: SECRET }, 'Variable "$input" is not valid at "input": expected LoginInput!.'],
      [
        { input: { identifier: 'a', password: { nested: SECRET } } },
        'Variable "$input" is not valid at "input.password": expected String!.',
      ],
      [
        { input: { identifier: 'a', password: [SECRET] } },
        'Variable "$input" is not valid at "input.password": expected String!.',
      ],
      [
        { input: { identifier: 'a', password: 'b', tags: [1, SECRET] } },
        'Variable "$input" is not valid at "input.tags.1": expected Int!.',
      ],
      [
        { input: { identifier: SECRET } },
        'Variable "$input" is not valid at "input": Field "password" of required type "String!" was not provided.',
      ],
      [
        { input: { identifier: 'a', password: 'b', isAdmin: SECRET } },
        'Variable "$input" is not valid at "input": Field "isAdmin" is not defined by type "LoginInput".',
      ],
    ]
    for (const [variables, message] of cases) {
      const { status, errors, text, app } = await run(login, variables)
      expect(errors[0].message).toBe(message)
      expect([status, errors[0].extensions.code]).toEqual([200, 'BAD_USER_INPUT'])
      expect(text + JSON.stringify(app.lines)).not.toContain(SECRET)
      expect(app.seen.mutations).toBe(0)
      expect((await run(login, variables, spec)).status).toBe(400)
    }
  })

  it('are listed ten at most', async () => {
    const tags = Array.from({ length: 1000 }, () => SECRET)
    const { errors } = await run(login, { input: { identifier: 'a', password: 'b', tags } })
    expect(errors.length).toBeLessThanOrEqual(10)
  })

  it('that only show while a field runs are BAD_USER_INPUT as well', async () => {
    const { status, errors } = await run('query Q($t: String) { strict(text: $t) hello }', { t: null })
    expect(status).toBe(200)
    expect(errors[0]).toMatchObject({
      message: 'The argument "text" is not valid.',
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })
})

describe('parse and validation errors', () => {
  it('have their codes, and the status that the media type requires', async () => {
    for (const [query, code] of [
      ['{ hello', 'GRAPHQL_PARSE_FAILED'],
      ['{ hello \u0000 }', 'GRAPHQL_PARSE_FAILED'],
      ['{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
      ['query A { hello } query B { hello }', 'GRAPHQL_VALIDATION_FAILED'],
      ['fragment F on Query { hello }', 'GRAPHQL_VALIDATION_FAILED'],
    ] as const) {
      const plain = await run(query)
      expect([query, plain.status, plain.errors[0].extensions.code]).toEqual([query, 200, code])
      const strict = await run(query, {}, spec)
      expect([query, strict.status, 'data' in JSON.parse(strict.text)]).toEqual([query, 400, false])
    }
  })
})
