import type { BrowserContext, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Transport } from '../../src/clients/client.ts'
import { signUp } from '../support/people.ts'
import { goodPassword } from '../support/test-app.ts'
import { buildPiecesPage, openPieces } from './support/pieces-page.ts'
import {
  browserStage,
  countRequests,
  describeInBrowser,
  holdingRefreshes,
  storedIn,
} from './support/stage.ts'

const stage = browserStage({ build: buildPiecesPage })
const libraries = ['core', 'apollo', 'urql'] as const

/** A page on which a user has just signed in. */
async function signedIn(transport: Transport, withoutTabs = false) {
  const { email } = await signUp(stage().test.actor())
  const person = await stage().openBrowser()
  if (withoutTabs)
    await person.addInitScript(() => {
      Object.defineProperty(navigator, 'locks', { value: undefined })
      Reflect.deleteProperty(globalThis, 'BroadcastChannel')
    })
  const page = await openPieces(stage(), person, transport)
  expect(
    await page.evaluate(([who, what]) => window.pieces.signIn(who, what), [email, goodPassword] as const),
  ).toBe('LoginSuccess')
  return { email, person, page }
}

/** Another tab of the same browser, which takes up the session. */
async function restored(person: BrowserContext, transport: Transport): Promise<Page> {
  const page = await openPieces(stage(), person, transport)
  expect(await page.evaluate(() => window.pieces.auth.restore())).toBe(true)
  return page
}

const ask = (page: Page, library: (typeof libraries)[number], times = 1) =>
  page.evaluate(([which, count]) => window.pieces.ask(which, count), [library, times] as const)
const expire = () => stage().test.clock.advance(16 * 60)

describeInBrowser.each(['HYBRID', 'COOKIE'] as const)('two tabs with %s', (transport) => {
  it('refresh once for two tabs, and both go on', async () => {
    const { email, person, page } = await signedIn(transport)
    const second = await restored(person, transport)
    const refreshes = countRequests(person, 'refresh')
    await holdingRefreshes(person, async () => {
      expire()
      const answers = await Promise.all([ask(page, 'core', 10), ask(second, 'urql', 10)])
      expect(answers.flat()).toEqual(Array(20).fill(email))
      expect(refreshes.count).toBe(1)
      expire()
      const later = await Promise.all([ask(second, 'apollo'), ask(page, 'apollo')])
      expect(later.flat()).toEqual([email, email])
      expect(refreshes.count).toBe(2)
    })
  })
})

describeInBrowser.each(['HYBRID', 'COOKIE', 'BODY'] as const)('the client pieces with %s', (transport) => {
  it.each(libraries)('refresh once for twenty queries of %s whose token has expired', async (library) => {
    const { email, person, page } = await signedIn(transport)
    const refreshes = countRequests(person, 'refresh')
    expire()
    expect(await ask(page, library, 20)).toEqual(Array(20).fill(email))
    expect(refreshes.count).toBe(1)
  })

  it('keep everyone signed in in a browser without locks and channels', async () => {
    const { email, person, page } = await signedIn(transport, true)
    const second = transport === 'BODY' ? page : await restored(person, transport)
    for (let round = 0; round < 3; round += 1) {
      expire()
      const answers = await Promise.all([ask(page, 'core', 5), ask(second, 'apollo', 5)])
      expect(answers.flat()).toEqual(Array(10).fill(email))
    }
  })

  it('store nothing', async () => {
    const { person, page } = await signedIn(transport)
    expire()
    await ask(page, 'core')
    const stored = await storedIn(page)
    expect(stored).not.toMatch(/eyJ|gh[rod]_/)
    for (const { value, name } of await person.cookies())
      expect([name, stored.includes(value)]).toEqual([name, false])
    expect(JSON.parse(stored)).toMatchObject({ cookie: '', local: {}, session: {}, databases: [] })
  })

  it('hear at once that the session was ended elsewhere, in every tab', async () => {
    const { email, person, page } = await signedIn(transport)
    // With BODY a session is one page's alone.
    const tabs = transport === 'BODY' ? [page] : [page, await restored(person, transport)]
    for (const tab of tabs) await tab.evaluate(() => void window.pieces.watch())
    const elsewhere = await stage().openBrowser()
    const other = await openPieces(stage(), elsewhere, transport)
    await other.evaluate(([who, what]) => window.pieces.signIn(who, what), [email, goodPassword] as const)
    await other.evaluate(() => window.pieces.auth.signOut({ allDevices: true }))
    for (const tab of tabs) await tab.waitForFunction(() => window.pieces.signedOut.length > 0)
    for (const tab of tabs) expect(await tab.evaluate(() => window.pieces.auth.signedIn)).toBe(false)
  })

  it('report a lost connection, a proxy and an outage by name, and keep the session', async () => {
    const { email, person, page } = await signedIn(transport)
    await person.setOffline(true)
    for (const library of libraries)
      expect([library, await ask(page, library)]).toEqual([library, ['NETWORK']])
    await person.setOffline(false)
    await page.route('**/graphql', (route) =>
      route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Welcome to the hotel</h1>' }),
    )
    for (const library of libraries)
      expect([library, await ask(page, library)]).toEqual([library, ['NOT_GRAPHQL']])
    await page.unroute('**/graphql')
    expect(await ask(page, 'core')).toEqual([email])
    expect(await page.evaluate(() => window.pieces.signedOut)).toEqual([])
  })
})
