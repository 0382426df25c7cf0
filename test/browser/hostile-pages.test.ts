import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signUp } from '../support/people.ts'
import { goodPassword } from '../support/test-app.ts'
import { type PageServer, servePages } from './support/page-server.ts'
import { buildPiecesPage, openPieces } from './support/pieces-page.ts'
import { browserStage, describeInBrowser, openPage } from './support/stage.ts'

const mutation = 'mutation { updateProfile(input: { firstName: "Mallory" }) { __typename } }'
const signOut = 'mutation { logout(input: { allDevices: true }) { __typename } }'

const stage = browserStage({ build: buildPiecesPage })
let hostile: PageServer
beforeAll(async () => {
  hostile = await servePages()
  hostile.folder = 'test/browser/pages/hostile'
})
afterAll(() => hostile.close())

/** Somebody signed in with COOKIE, who then looks at a page of a stranger in another tab. */
async function lured(host: string) {
  const { email, userId } = await signUp(stage().test.actor(), { firstName: 'Ada' })
  const person = await stage().openBrowser()
  const own = await openPieces(stage(), person, 'COOKIE')
  await own.evaluate(([who, what]) => window.pieces.signIn(who, what), [email, goodPassword] as const)
  const strange = await openPage(person, `http://${host}:${hostile.port}`)
  return { email, userId, own, strange }
}

const url = () => `${stage().serviceUrl}/graphql`
/** What the account looks like, and whether its sessions are alive. */
async function stateOf(userId: string) {
  const { client } = stage().test.database
  const { firstName } = await client.user.findUniqueOrThrow({ where: { id: userId } })
  return { firstName, live: await client.session.count({ where: { userId, revokedAt: null } }) }
}

/** Sends a form into a frame, as a page can without a script's rights, and waits for its answer. */
async function postForm(page: Page, type: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const answered = page.context().waitForEvent('response', (response) => response.url() === url())
  await page.evaluate(
    ([action, enctype, entries]) => {
      // One frame for each: the browser cuts off one whose answer it has blocked.
      const target = `sink${document.forms.length}`
      document.body.append(Object.assign(document.createElement('iframe'), { name: target }))
      const form = document.createElement('form')
      Object.assign(form, { action, enctype, method: 'POST', target })
      for (const [name, value] of entries) {
        const input = document.createElement('input')
        Object.assign(input, { name, value })
        form.append(input)
      }
      document.body.append(form)
      form.submit()
    },
    [url(), type, Object.entries(fields)] as const,
  )
  expect((await answered).status()).toBeGreaterThanOrEqual(400)
}

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly mode?: 'no-cors'
}
/** What a script of the page gets to see of an answer. */
const fetchFrom = (page: Page, init: Sent, query = '') =>
  page.evaluate(
    ([target, options]) =>
      fetch(target, { ...options, credentials: 'include' }).then(
        async (response) => `${response.type} ${await response.text()}`,
        (error: unknown) => String(error),
      ),
    [url() + query, init] as const,
  )

const json = (query: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query }),
})

describeInBrowser.each([
  ['another site', '127.0.0.1'],
  ['another port of the same site, where SameSite stops no cookie', 'localhost'],
])('a page of %s', (_where, host) => {
  it('changes nothing by forms', async () => {
    const { userId, strange } = await lured(host)
    const before = await stateOf(userId)
    for (const query of [mutation, signOut]) {
      await postForm(strange, 'application/x-www-form-urlencoded', { query })
      await postForm(strange, 'multipart/form-data', { operations: JSON.stringify({ query }), map: '{}' })
      await postForm(strange, 'text/plain', { [`{"query":${JSON.stringify(query)},"x":"`]: '"}' })
    }
    expect(await stateOf(userId)).toEqual(before)
  })

  it('changes nothing by scripts, and reads nothing', async () => {
    const { userId, email, strange } = await lured(host)
    const before = await stateOf(userId)
    for (const query of [mutation, signOut, '{ me { email } csrfToken }']) {
      const answers = [
        await fetchFrom(strange, json(query)),
        await fetchFrom(strange, {
          ...json(query),
          headers: { 'content-type': 'text/plain' },
          mode: 'no-cors',
        }),
        await fetchFrom(strange, {}, `?query=${encodeURIComponent(query)}`),
        await fetchFrom(strange, { mode: 'no-cors' }, `?query=${encodeURIComponent(query)}`),
      ]
      for (const answer of answers) {
        expect(answer).toMatch(/^(opaque $|TypeError: Failed to fetch)/)
        expect(answer).not.toContain(email)
      }
      const blob = await strange.evaluate(
        ([target, body]) => navigator.sendBeacon(target, new Blob([body], { type: 'text/plain' })),
        [url(), JSON.stringify({ query })] as const,
      )
      expect(blob).toBe(true)
    }
    expect(await stateOf(userId)).toEqual(before)
  })

  it('hears nothing of a subscription', async () => {
    const { strange } = await lured(host)
    const heard = await strange.evaluate(
      (target) =>
        new Promise((resolve) => {
          const source = new EventSource(target, { withCredentials: true })
          source.onopen = () => resolve('open')
          source.onerror = () => resolve('refused')
        }),
      `${url()}?query=${encodeURIComponent('subscription { sessionEvents { type } }')}`,
    )
    expect(heard).toBe('refused')
  })

  it('shows none of our pages in a frame', async () => {
    const { strange } = await lured(host)
    for (const path of ['/graphql', '/dev/mailbox']) {
      const failed = strange.context().waitForEvent('requestfailed')
      await strange.evaluate((src) => {
        document.body.append(Object.assign(document.createElement('iframe'), { src }))
      }, stage().serviceUrl + path)
      const request = await failed
      expect([request.url(), request.failure()?.errorText]).toEqual([
        stage().serviceUrl + path,
        'net::ERR_BLOCKED_BY_RESPONSE',
      ])
    }
  })
})

describeInBrowser('a page of the application', () => {
  it('does with the same requests what they ask for', async () => {
    const { userId, own } = await lured('localhost')
    expect(await fetchFrom(own, json(mutation))).toContain('CSRF')
    const changed = await own.evaluate(
      (query) => window.pieces.auth.request<{ updateProfile: { __typename: string } }>(query),
      mutation,
    )
    expect(changed.data?.updateProfile.__typename).toBe('UpdateProfileSuccess')
    expect(await stateOf(userId)).toMatchObject({ firstName: 'Mallory' })
  })
})
