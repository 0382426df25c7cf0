import { parse, visit } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeDocument, SessionsDocument } from '../../src/clients/documents.ts'
import { hookOperations } from '../../src/clients/hook-operations.ts'
import { type AuthState, meQuery, SessionState } from '../../src/clients/session-state.ts'
import { eventually } from '../support/eventually.ts'
import { signUp } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { Browser } from './support/browser.ts'
import { expirySeconds, loginText, meText, openSignedIn } from './support/signed-in.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

/** The states that a page shows, as "status email". */
function watch(auth: ConstructorParameters<typeof SessionState>[0]) {
  const state = new SessionState(auth)
  const describeState = ({ status, user }: AuthState) =>
    [status, ...(user === null ? [] : [user.email])].join(' ')
  const seen = [describeState(state.get())]
  const stop = state.subscribe(() => void seen.push(describeState(state.get())))
  const sees = (status: string) => eventually(() => expect(seen.at(-1)).toBe(status))
  return { state, seen, stop, sees }
}

describe.each(['HYBRID', 'COOKIE', 'BODY'] as const)('the state of a page with %s', (transport) => {
  it('is loading, then signed-out, and after a sign-in signed-in with the user', async () => {
    const { email } = await signUp(test.actor())
    const { auth } = new Browser(test, transport).tab()
    const { seen, sees } = watch(auth)
    await sees('signed-out')
    await auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    await sees(`signed-in ${email}`)
    await auth.signOut()
    expect(seen).toEqual(['loading', 'signed-out', `signed-in ${email}`, 'signed-out'])
  })

  it('queries the user once for each sign-in, not after refreshes', async () => {
    const { auth, browser, email } = await openSignedIn(test, transport)
    const { seen, sees } = watch(auth)
    await sees(`signed-in ${email}`)
    const queries = browser.count('me')
    test.clock.advance(expirySeconds)
    await auth.refresh()
    await auth.request(meText)
    expect(browser.count('me')).toBe(queries + 1)
    expect(seen).toEqual(['loading', `signed-in ${email}`])
  })

  it('is unavailable during an outage, and signed-in after it', async () => {
    const { auth, browser, email } = await openSignedIn(test, transport)
    browser.fault = () => new Response('<h1>Bad Gateway</h1>', { status: 502 })
    const { state, sees } = watch(auth)
    await sees('unavailable')
    expect(state.get().error).toMatchObject({ reason: 'NOT_GRAPHQL', status: 502 })
    browser.fault = () => undefined
    await state.reload()
    await sees(`signed-in ${email}`)
    browser.fault = () => new Response('', { status: 503 })
    await state.reload()
    expect(state.get()).toMatchObject({ status: 'signed-in', user: { email }, error: { status: 503 } })
  })

  it('never shows the previous user to the next one', async () => {
    const { auth, email } = await openSignedIn(test, transport)
    const next = await signUp(test.actor())
    const { seen, sees } = watch(auth)
    await sees(`signed-in ${email}`)
    await auth.request(loginText, { input: { identifier: next.email, password: goodPassword } })
    await sees(`signed-in ${next.email}`)
    expect(seen).toEqual(['loading', `signed-in ${email}`, 'loading', `signed-in ${next.email}`])
  })

  it('discards the answer about a user who was replaced before it came', async () => {
    const { auth, browser } = await openSignedIn(test, transport)
    const next = await signUp(test.actor())
    let isHeld = true
    browser.fault = async ({ query }) => {
      if (query.startsWith('query Me')) await eventually(() => expect(isHeld).toBe(false))
      return undefined
    }
    const { seen, sees } = watch(auth)
    await eventually(() => expect(browser.count('Me')).toBe(1))
    await auth.request(loginText, { input: { identifier: next.email, password: goodPassword } })
    isHeld = false
    await sees(`signed-in ${next.email}`)
    expect(seen).toEqual(['loading', `signed-in ${next.email}`])
  })

  it('sends nothing while no one listens, and is current again afterwards', async () => {
    const { auth, browser, email } = await openSignedIn(test, transport)
    const { state, stop, sees } = watch(auth)
    await sees(`signed-in ${email}`)
    stop()
    await auth.signOut()
    expect(state.get().status).toBe('signed-in')
    const sent = browser.seen.length
    state.subscribe(() => undefined)
    expect(state.get()).toMatchObject({ status: 'signed-out', user: null })
    expect(browser.seen.length).toBe(sent)
  })
})

describe('the other tab of a browser', () => {
  it.each(['HYBRID', 'COOKIE'] as const)('with %s follows sign-in and sign-out', async (transport) => {
    const { email } = await signUp(test.actor())
    const browser = new Browser(test, transport)
    const [here, there] = [browser.tab(), browser.tab()]
    const { seen, sees } = watch(there.auth)
    await sees('signed-out')
    await here.auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    await sees(`signed-in ${email}`)
    await here.auth.signOut()
    await sees('signed-out')
    expect(seen).toEqual(['loading', 'signed-out', `signed-in ${email}`, 'signed-out'])
  })
})

it.each([
  [meQuery, MeDocument],
  [hookOperations.sessions, SessionsDocument],
])('a query has the fields of its document: %#', (text, document) => {
  const ours = fieldsOf(parse(text))
  const theirs = fieldsOf(document).filter((name) => ours.includes(name) || !paging.includes(name))
  expect(ours).toEqual(theirs)
})

/** Fields of SessionsDocument that a page does not need to list sessions. */
const paging = ['hasPreviousPage', 'startCursor', 'totalCount']

function fieldsOf(document: Parameters<typeof visit>[0]): readonly string[] {
  const names = new Set<string>()
  visit(document, { Field: ({ name }) => void names.add(name.value) })
  return [...names].filter((name) => name !== '__typename').sort()
}
