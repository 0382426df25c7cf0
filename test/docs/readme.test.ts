import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenIn } from '../support/mails.ts'
import { codeBlocks, readPage } from './support/pages.ts'
import { type ServedApp, serveTestApp } from './support/served-app.ts'

const blocks = codeBlocks(readPage('README.md'), 'graphql')
const email = 'ada@example.com'

/** The steps that need a mail or a clock; test/browser/first-minutes.test.ts walks through the rest in GraphiQL. */
describe('the five minutes of README.md', () => {
  let served: ServedApp
  beforeAll(async () => {
    served = await serveTestApp()
  })
  afterAll(() => served.close())

  async function run(query: string, variables: Readonly<Record<string, unknown>> = {}) {
    const { data, errors } = await (await served.post({ query, variables })).json()
    expect(errors).toBeUndefined()
    return data
  }
  /** The token of the first link in the newest mail. */
  async function mailedToken(): Promise<string> {
    await served.test.deliverMail()
    const [link = ''] = served.test.mailbox[0]?.links ?? []
    return tokenIn(link) ?? ''
  }
  const withToken = (block: string | undefined, token: string) => (block ?? '').replace('gho_…', token)

  it('register, refresh, repeat at once, and reuse', async () => {
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { ...R } }'
    const fragment = 'fragment R on RegisterSuccess { tokens { refreshToken } }'
    const input = { email, password: 'Correct-Horse-42!' }
    const first = (await run(`${register} ${fragment}`, { input })).register.tokens.refreshToken
    const refresh = `mutation ($input: RefreshInput!) {
      refresh(input: $input) { ... on RefreshSuccess { tokens { refreshToken } } ... on AuthProblem { code } }
    }`
    const refreshed = () => run(refresh, { input: { refreshToken: first } })
    const second = (await refreshed()).refresh.tokens.refreshToken
    expect(second).not.toBe(first)
    expect((await refreshed()).refresh.tokens.refreshToken).toBe(second)
    served.test.clock.advance(600)
    expect((await refreshed()).refresh).toEqual({ code: 'REFRESH_TOKEN_REUSED' })
  })

  it('verify the address', async () => {
    await served.test.deliverMail()
    const mail = served.test.mailbox.find(({ links }) => links.some((link) => link.includes('/verify-email')))
    const link = mail?.links.find((one) => one.includes('/verify-email')) ?? ''
    const token = tokenIn(link) ?? ''
    expect(await run(withToken(blocks[0], token))).toEqual({ verifyEmail: { user: { emailVerified: true } } })
  })

  it('reset the password', async () => {
    expect(await run(blocks[1] ?? '')).toEqual({ requestPasswordReset: { email } })
    expect(await run(withToken(blocks[2], await mailedToken()))).toEqual({
      resetPassword: { revokedSessions: expect.any(Number) },
    })
  })
})
