import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { execute } from '@apollo/client/link'
import { createClient, fetchExchange } from '@urql/core'
import { parse } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { createAuthLink } from '../../src/clients/apollo.ts'
import {
  type AuthClientOptions,
  type Channel,
  createAuthClient,
  watchSession,
} from '../../src/clients/client.ts'
import { createAuthExchange } from '../../src/clients/urql.ts'
import { eventually } from '../support/eventually.ts'
import { FakeLocks } from './support/browser.ts'
import { openBehindGateway } from './support/gateway.ts'
import { loginText } from './support/signed-in.ts'

const url = 'https://gateway.example.com/graphql'
const soon = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms))
const credentials = { input: { identifier: 'ada', password: 'x' } }

/** A service that answers everything after a moment, and what it was asked for. */
function service({ session = 's1' } = {}) {
  const asked: string[] = []
  const state = { session }
  const answer = async (_url: unknown, init?: RequestInit) => {
    const { query } = JSON.parse(String(init?.body))
    const body = query.replace(/^\s*(query|mutation)?\s*\w*\s*(\([^)]*\))?/, '')
    const field = /\b(login|logout|refresh|csrfToken|rename|me)\b/.exec(body)?.[1] ?? ''
    asked.push(field)
    await soon(10)
    const csrfToken = `${state.session}.x`
    const tokens = { accessToken: `a${asked.length}`, refreshToken: null, expiresIn: 900, csrfToken }
    const data = {
      login: { __typename: 'LoginSuccess', tokens },
      logout: { __typename: 'LogoutSuccess' },
      refresh: { __typename: 'RefreshSuccess', tokens },
      csrfToken,
      rename: { __typename: 'RenameSuccess' },
      me: { __typename: 'User', id: 1 },
    }
    return Response.json({
      data: Object.fromEntries(Object.entries(data).filter(([name]) => name === field)),
    })
  }
  return { asked, state, fetch: answer as typeof fetch }
}

/** Locks that are granted in a later task, as browsers do. */
class LateLocks extends FakeLocks {
  override async request<T>(...args: Parameters<typeof FakeLocks.prototype.request<T>>): Promise<T> {
    await soon(5)
    return super.request(...args)
  }
}

/** A page with urql, signed in. */
async function openUrql(options: Partial<AuthClientOptions> = {}) {
  const { asked, fetch } = service()
  const clock = { ms: 0 }
  const auth = createAuthClient({
    url,
    transport: 'HYBRID',
    fetch,
    locks: new LateLocks(),
    channel: null,
    now: () => clock.ms,
    ...options,
  })
  const urql = createClient({
    url,
    fetch,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    exchanges: [createAuthExchange(auth), fetchExchange],
  })
  const mutate = (text: string, variables = {}) => urql.mutation(text, variables).toPromise()
  const query = (text: string) => urql.query(text, {}).toPromise()
  const signIn = () => mutate('mutation ($input: I) { login(input: $input) { __typename } }', credentials)
  expect((await signIn()).error).toBeUndefined()
  const expire = () => {
    clock.ms += 3_600_000
  }
  return { auth, asked, mutate, query, signIn, expire }
}

describe('a page with urql whose token has expired', () => {
  it.each(['logout', 'login'])('answers a %s and a query that were asked for at once', async (field) => {
    const { mutate, query, signIn, expire } = await openUrql()
    expire()
    const first = field === 'login' ? signIn() : mutate('mutation { logout { __typename } }')
    await soon(1)
    const settled = vi.fn()
    void Promise.all([first, query('{ me { id } }')]).then(settled)
    await eventually(() => expect(settled).toHaveBeenCalled())
  })

  it('sends each of two equal mutations', async () => {
    const { mutate, asked, expire } = await openUrql()
    expire()
    const settled = vi.fn()
    const rename = () => mutate('mutation { rename { __typename } }').then(({ error }) => settled(error))
    void rename()
    void rename()
    await eventually(() => expect(settled.mock.calls).toEqual([[undefined], [undefined]]))
    expect(asked.filter((field) => field === 'rename')).toHaveLength(2)
  })

  it('aborts what was started for another user, and nothing of the current user', async () => {
    const opened: Channel[] = []
    const channel = () => {
      const one: Channel = { onmessage: null, postMessage: () => {}, close: () => {} }
      opened.push(one)
      return one
    }
    const { query, expire } = await openUrql({ channel })
    expire()
    const before = query('query Before { me { id } }')
    await soon(1)
    const tokens = {
      accessToken: 'b',
      refreshToken: null,
      csrfToken: 's2.x',
      refreshAt: Infinity,
      expiresAt: Infinity,
      session: 's2',
    }
    for (const { onmessage } of opened)
      onmessage?.(new MessageEvent('message', { data: { tokens, signedIn: true } }))
    const [old, now] = await Promise.all([before, query('query After { me { id } }')])
    expect(old.error?.networkError?.name).toBe('AbortError')
    expect(now.error).toBeUndefined()
  })
})

it('a failing store of device tokens prevents no sign-in with urql', async () => {
  const failing = () => {
    throw new Error('The quota is exceeded.')
  }
  const deviceTokens = { read: failing, write: failing }
  const { auth } = await openUrql({ transport: 'BODY', deviceTokens })
  expect(auth.signedIn).toBe(true)
})

it('a sign-in with Apollo Client that is given up while it waits keeps no other tab from its own', async () => {
  const { fetch } = service()
  const locks = new FakeLocks()
  const [auth, other] = [1, 2].map(() =>
    createAuthClient({ url, transport: 'HYBRID', fetch, locks, channel: null }),
  )
  if (auth === undefined || other === undefined) throw new Error('There are two.')
  const link = ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: url, fetch })])
  const client = new ApolloClient({ cache: new InMemoryCache(), link })
  const query = parse('mutation ($input: I) { login(input: $input) { __typename } }')
  execute(link, { query, variables: credentials }, { client }).subscribe({}).unsubscribe()
  await soon()
  const settled = vi.fn()
  void other.request(loginText, credentials).then(settled)
  await eventually(() => expect(settled).toHaveBeenCalled())
})

it('a call that was started for another user refreshes nothing before it is aborted', async () => {
  const { fetch, asked, state } = service()
  const clock = { ms: 0 }
  const auth = createAuthClient({
    url,
    transport: 'HYBRID',
    fetch,
    locks: null,
    channel: null,
    now: () => clock.ms,
  })
  await auth.request(loginText, credentials)
  const call = auth.readCall('{ me { id } }')
  state.session = 's2'
  await auth.request(loginText, credentials)
  clock.ms = 3_600_000
  asked.length = 0
  await expect(auth.prepare(call)).rejects.toMatchObject({ name: 'AbortError' })
  expect(asked).toEqual([])
})

it('a page that does not know the name of its session takes up no other', async () => {
  let renamed = 0
  const clock = { ms: 0 }
  const tokens = { accessToken: 'a', refreshToken: null, expiresIn: 900, csrfToken: null }
  const { auth } = openBehindGateway(
    ({ query }) => {
      if (query.includes('login'))
        return Response.json({ data: { login: { __typename: 'LoginSuccess', tokens } } })
      if (query.includes('refresh'))
        return Response.json({ data: { refresh: { tokens: { ...tokens, csrfToken: 's2.x' } } } })
      if (query.includes('csrfToken')) return Response.json({ data: { csrfToken: 's2.x' } })
      renamed += 1
      return Response.json({ data: { rename: {} } })
    },
    { transport: 'HYBRID', channel: null, now: () => clock.ms },
  )
  await auth.request(loginText, { input: {} })
  clock.ms = 3_600_000
  await expect(auth.request('mutation { rename { id } }')).rejects.toMatchObject({ name: 'AbortError' })
  expect(renamed).toBe(0)
})

it('pages with BODY listen each to the events of their own session', async () => {
  const locks = new FakeLocks()
  const opened: string[] = []
  for (const name of ['ada', 'bob']) {
    const { fetch } = service({ session: name })
    const listening = (async (input: string, init?: RequestInit) => {
      if (!String(init?.body).includes('sessionEvents')) return fetch(input, init)
      opened.push(name)
      return new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } })
    }) as typeof fetch
    const auth = createAuthClient({ url, transport: 'BODY', fetch: listening, locks })
    await auth.request(loginText, credentials)
    watchSession(auth, { locks })
  }
  await eventually(() => expect(opened).toEqual(['ada', 'bob']))
})
