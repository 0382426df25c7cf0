import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  loginDocument,
  refreshDocument,
  registerDocument,
  revokeSessionDocument,
} from '../support/operations.ts'
import { signUp } from '../support/people.ts'
import { countRows } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let before: Readonly<Record<string, number>>
beforeAll(async () => {
  test = await createTestApp()
  await signUp(test.actor(), { email: 'ada@example.com' })
  before = await countRows(test.database)
})
afterAll(async () => {
  await test.close()
})

const url = 'http://localhost:4000/graphql'
const json = { 'content-type': 'application/json' }
const secret = 'Unechoed-secret-1!'

async function fetchRaw(request: Request) {
  const response = await test.app.fetch(request, { peerAddress: '192.0.2.7' })
  return { status: response.status, text: await response.text() }
}

async function expectNothingChanged(): Promise<void> {
  expect(await countRows(test.database)).toEqual(before)
}

describe('an operation with variables of wrong types', () => {
  const input = { email: 'ada@example.com', password: secret }
  it.each<[string, string, Readonly<Record<string, unknown>>]>([
    ['no input', registerDocument, {}],
    ['null for the input', registerDocument, { input: null }],
    ['text for the input', registerDocument, { input: secret }],
    ['a list for the input', registerDocument, { input: [input, input] }],
    ['a number for text', registerDocument, { input: { ...input, email: 12345678 } }],
    ['an object for text', registerDocument, { input: { ...input, password: { secret } } }],
    ['a list for text', loginDocument, { input: { identifier: 'ada', password: [secret] } }],
    ['null for what is wanted', loginDocument, { input: { identifier: null, password: secret } }],
    ['nothing for what is wanted', loginDocument, { input: { password: secret } }],
    ['a field that does not exist', registerDocument, { input: { ...input, role: secret } }],
    ['a field of the prototype', registerDocument, { input: { ...input, constructor: secret } }],
    ['an unknown enum value', registerDocument, { input: { ...input, tokenTransport: secret } }],
    ['null for a default', registerDocument, { input: { ...input, tokenTransport: null } }],
    [
      'text for a boolean',
      loginDocument,
      { input: { identifier: 'a', password: secret, rememberMe: 'yes' } },
    ],
    ['an object for an id', revokeSessionDocument, { input: { sessionId: { secret } } }],
    ['a number for a token', refreshDocument, { input: { refreshToken: 1234567890 } }],
  ])('%s is BAD_USER_INPUT, and no value is echoed', async (_what, document, variables) => {
    const answer = await test.actor().ask(document, variables)
    expect(answer.errors.length).toBeGreaterThan(0)
    for (const error of answer.errors) expect(error.extensions.code).toBe('BAD_USER_INPUT')
    const text = JSON.stringify(answer)
    for (const value of [secret, '12345678', 'ada@example.com']) expect(text).not.toContain(value)
    expect(test.log.join('\n')).not.toContain(secret)
    await expectNothingChanged()
  })

  it('of its own variables has their values in no answer either', async () => {
    const document = `mutation ($password: String!) { login(input: { identifier: "ada", password: $password }) { __typename } }`
    const answer = await test.actor().ask(document, { password: { secret } })
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(JSON.stringify(answer)).not.toContain(secret)
  })
})

describe('an operation that is none', () => {
  it.each([
    ['no JSON', '{', 'GRAPHQL_PARSE_FAILED|BAD_USER_INPUT'],
    ['an unknown field', JSON.stringify({ query: '{ users { id } }' }), 'GRAPHQL_VALIDATION_FAILED'],
    ['a broken document', JSON.stringify({ query: 'mutation { logout(' }), 'GRAPHQL_PARSE_FAILED'],
    [
      'an unknown operation',
      JSON.stringify({ query: 'query A { me { id } } query B { me { id } }', operationName: 'C' }),
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a batch', JSON.stringify([{ query: '{ me { id } }' }]), 'BAD_USER_INPUT'],
    ['a subscription', JSON.stringify({ query: 'subscription { me { id } }' }), 'GRAPHQL_VALIDATION_FAILED'],
  ])('(%s) is reported by a code, without a stack', async (_what, body, code) => {
    const { status, text } = await fetchRaw(new Request(url, { method: 'POST', headers: json, body }))
    expect(status).toBeLessThan(500)
    expect(JSON.parse(text).errors[0].extensions.code).toMatch(new RegExp(`^(${code})$`))
    expect(text).not.toMatch(/node_modules|at .*\.(ts|js):/)
    await expectNothingChanged()
  })
})

describe('a mutation that comes the wrong way', () => {
  const register = `mutation { register(input: { email: "eve@example.com", password: "${goodPassword}" }) { __typename } }`
  const requests: readonly (readonly [string, () => Request])[] = [
    ['by GET', () => new Request(`${url}?query=${encodeURIComponent(register)}`)],
    ['as a form', () => new Request(url, { method: 'POST', body: new URLSearchParams({ query: register }) })],
    [
      'as text',
      () =>
        new Request(url, {
          method: 'POST',
          headers: { 'content-type': 'text/plain' },
          body: JSON.stringify({ query: register }),
        }),
    ],
    [
      'as a multipart form',
      () => {
        const body = new FormData()
        body.set('operations', JSON.stringify({ query: register }))
        return new Request(url, { method: 'POST', body })
      },
    ],
    [
      'with a megabyte of password',
      () =>
        new Request(url, {
          method: 'POST',
          headers: json,
          body: JSON.stringify({
            query: registerDocument,
            variables: { input: { email: freshEmail(), password: `Aa1!${'x'.repeat(1_000_000)}` } },
          }),
        }),
    ],
  ]
  it.each(requests)('(%s) is refused and changes nothing', async (_way, makeRequest) => {
    const { status, text } = await fetchRaw(makeRequest())
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(JSON.parse(text).errors[0].extensions.code).toBe('BAD_USER_INPUT')
    await expectNothingChanged()
  })
})
