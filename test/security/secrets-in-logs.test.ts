import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import {
  loginDocument,
  logoutDocument,
  refreshDocument,
  registerDocument,
  verifyTokenDocument,
} from '../support/operations.ts'
import { signUpAs, tryRefresh } from '../support/people.ts'
import { postForm, send } from '../support/services.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

const planted = {
  password: `Pl4nted-Passw0rd-${randomBytes(9).toString('hex')}!`,
  wrongPassword: `Pl4nted-Wr0ng-${randomBytes(9).toString('hex')}!`,
  weakPassword: `plantedweak${randomBytes(9).toString('hex')}`,
  masterKey: randomBytes(32).toString('base64'),
  refreshPepper: randomBytes(32).toString('base64url'),
  passwordPepper: randomBytes(32).toString('base64url'),
}

let test: TestApp
/** What clients received, except for the field that returns tokens. */
const responses: string[] = []
const secrets = new Map<string, string>(Object.entries(planted))
let down = false

beforeAll(async () => {
  test = await createTestApp({
    env: {
      MASTER_KEY: planted.masterKey,
      REFRESH_PEPPERS: `planted:${planted.refreshPepper}`,
      PASSWORD_PEPPER: planted.passwordPepper,
      LOG_LEVEL: 'debug',
    },
    infrastructure: (opened) => {
      const { sessions } = opened.stores
      const rotate: typeof sessions.rotate = async (rotation) => {
        if (down) throw new Error(`failed: ${JSON.stringify([...rotation.familyHash])}`)
        return sessions.rotate(rotation)
      }
      const faulty = new Proxy(sessions, {
        get: (target, name) => {
          const value: unknown = name === 'rotate' ? rotate : Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
      return { ...opened, stores: { ...opened.stores, sessions: faulty } }
    },
  })
  await liveThroughEverything()
})
afterAll(() => test.close())

function keep(name: string, tokens: Readonly<Record<string, string | null>> | undefined): void {
  for (const kind of ['accessToken', 'refreshToken', 'csrfToken']) {
    const value = tokens?.[kind] ?? null
    if (value !== null) secrets.set(`${name} ${kind}`, value)
  }
}

async function tell(actor: Actor, query: string, variables = {}, headers = {}): Promise<void> {
  responses.push(await (await actor.send({ query, variables }, headers)).text())
}

async function liveThroughEverything(): Promise<void> {
  const ada = test.actor({ 'user-agent': 'planted' })
  const email = freshEmail()
  const { password, wrongPassword, weakPassword } = planted
  const register = (more: object) => ({ input: { email, password, ...more } })
  const first = (await ada.ask(registerDocument, register({}))).data.register
  keep('register', first.tokens)
  await tell(ada, registerDocument, register({}))
  await tell(ada, registerDocument, register({ email: freshEmail(), password: weakPassword }))
  await tell(ada, registerDocument, { input: { email: password, password } })
  await tell(ada, loginDocument, { input: { identifier: email, password: wrongPassword } })
  await tell(ada, loginDocument, { input: { identifier: password, password: wrongPassword } })
  await tell(ada, loginDocument, { input: { identifier: email, password, device: password } })
  await tell(ada, loginDocument, { input: { identifier: email, password, tokenTransport: password } })
  await tell(ada, `mutation { login(input: { identifier: "${email}", password: "${password}"`)
  await tell(
    ada,
    `mutation { login(input: { identifier: "${email}", password: "${password}", x: 1 }) { __typename } }`,
  )
  await tell(ada, `query Me { me { id } }`, {}, Actor.bearer(`${first.tokens.accessToken}x`))
  const second = (await tryRefresh(ada, first.tokens.refreshToken)).data.refresh
  keep('refresh', second.tokens)
  down = true
  await tell(ada, refreshDocument, { input: { refreshToken: second.tokens.refreshToken } })
  down = false
  const third = (await tryRefresh(ada, second.tokens.refreshToken)).data.refresh
  keep('third', third.tokens)
  // Beyond the grace window the first token is reuse: it would be answered with the current one within it.
  test.clock.advance(61)
  await tell(ada, refreshDocument, { input: { refreshToken: first.tokens.refreshToken } })
  await tell(ada, refreshDocument, { input: { refreshToken: third.tokens.refreshToken } })
  await tell(ada, logoutDocument, {}, Actor.bearer(third.tokens.accessToken))
  await withCookies(email)
  await withApiKey()
}

async function withApiKey(): Promise<void> {
  const admin = await signUpAs(test, 'ADMIN')
  const { secret } = await makeKey(test, admin.accessToken, { permissions: ['users:read'] })
  secrets.set('api key', secret)
  const bearer = Actor.bearer(secret)
  const both = { ...bearer, 'x-api-key': secret }
  for (const headers of [bearer, both, { 'x-api-key': `${secret}x` }])
    await tell(test.actor(), '{ apiKeys { nodes { id } } }', {}, headers)
  await tell(test.actor(), verifyTokenDocument, { input: { token: secret, x: secret } }, bearer)
  for (const path of ['/oauth2/introspect', '/oauth2/revoke'])
    responses.push(await (await postForm(test, path, { token: secret }, bearer)).text())
  responses.push(await (await send(test, 'GET', `/revocations?since=${secret}`, { headers: bearer })).text())
}

async function withCookies(email: string): Promise<void> {
  const eve = test.actor()
  const input = { identifier: email, password: planted.password, tokenTransport: 'COOKIE' }
  const { tokens } = (await eve.ask(loginDocument, { input })).data.login
  keep('cookie', tokens)
  for (const [name, value] of eve.cookies) secrets.set(name, value)
  await tell(eve, 'mutation { revokeOtherSessions { __typename } }')
  await tell(
    eve,
    'mutation { revokeOtherSessions { __typename } }',
    {},
    { 'x-csrf-token': `${tokens.csrfToken}x` },
  )
  await eve.ask(refreshDocument, {}, { 'x-csrf-token': tokens.csrfToken })
  for (const [name, value] of eve.cookies) secrets.set(`refreshed ${name}`, value)
  await tell(eve, logoutDocument, {}, { 'x-csrf-token': tokens.csrfToken })
  const url = new URL('/graphql', test.config.server.publicUrl)
  url.searchParams.set('query', `{ me { id } } # ${planted.password}`)
  responses.push(await (await test.app.fetch(new Request(url))).text())
}

describe('secrets', () => {
  it('were all there', () => {
    expect(secrets.size).toBeGreaterThanOrEqual(18)
    expect(test.log.length).toBeGreaterThan(18)
    expect(responses.join('\n')).toContain('INTERNAL_SERVER_ERROR')
    for (const value of secrets.values()) expect(value.length).toBeGreaterThan(20)
  })

  it('are in no line of the log, in whole or in part', () => {
    const log = test.log.join('\n')
    for (const [name, value] of secrets) {
      for (const part of partsOf(value)) expect(log.includes(part), name).toBe(false)
    }
  })

  it('are in no answer to a refused request', () => {
    const answers = responses.join('\n')
    for (const [name, value] of secrets) expect(answers.includes(value), name).toBe(false)
  })

  it('are on no printed configuration', () => {
    const printed = `${JSON.stringify(test.config)}${String(test.config.secrets.masterKey)}`
    for (const value of Object.values(planted)) expect(printed).not.toContain(value)
  })
})

/** A csrf token begins with the session's public id; what an access token says first is no secret either. */
function partsOf(secret: string): string[] {
  const parts = secret.replace(/\W+$/, '').split('.')
  return [
    secret,
    parts.at(-1) ?? secret,
    ...parts.slice(1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').slice(0, 40),
  ]
}
