import { gunzipSync } from 'node:zlib'
import { parse } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { graphiqlTabs } from '../../src/http/html/graphiql-tabs.ts'
import { createTestHttpApp } from './support/test-http-app.ts'

const browser = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'accept-encoding': 'gzip, deflate, br',
}

describe('GraphiQL', () => {
  const app = createTestHttpApp({ config: { graphiql: true } })
  let page: Response
  let html: string
  beforeAll(async () => {
    page = await app.get('/graphql', browser)
    html = gunzipSync(Buffer.from(await page.arrayBuffer())).toString()
  })

  it('is one compressed page with a policy of its own', () => {
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-encoding')).toBe('gzip')
    expect(page.headers.get('vary')).toContain('Accept-Encoding')
    const policy = page.headers.get('content-security-policy') ?? ''
    for (const part of [
      "script-src 'unsafe-inline'",
      'worker-src blob:',
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy).toContain(part)
    }
    expect(policy).not.toMatch(/https?:/)
    expect(page.headers.get('x-frame-options')).toBe('DENY')
  })

  it('loads nothing from anywhere', () => {
    expect(html).toContain('<title>Gatehouse</title>')
    expect(
      html.match(/<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["']?(?:https?:)?\/\/[^>]*>/gi),
    ).toBeNull()
    expect(html.match(/@import|url\(["']?(?:https?:)?\/\//gi)).toBeNull()
    expect(html.match(/<\/script/gi)).toHaveLength(1)
  })

  it('opens with the first walk, and keeps tokens out of the browser storage', () => {
    const tail = html.slice(html.lastIndexOf('renderYogaGraphiQL('))
    expect(tail).toContain('"shouldPersistHeaders":false')
    for (const name of ['register', 'me', 'refresh', 'sessions', 'completeMfaChallenge'])
      expect(tail).toContain(`${name}`)
    expect(graphiqlTabs).toHaveLength(5)
    for (const tab of graphiqlTabs) {
      expect(() => parse(tab.query)).not.toThrow()
    }
  })

  it('has an icon of its own, and no fonts of scripts that it does not show', () => {
    expect(html).toContain('<link rel="icon" href="data:image/svg+xml,')
    expect(html.match(/@font-face\{/g)).toHaveLength(6)
    expect(html).not.toContain('unicode-range:U+0370-03FF')
    expect(html.length).toBeLessThan(8_800_000)
  })

  it('is 304 for a browser that has it, and plain for a client without gzip', async () => {
    const again = await app.get('/graphql', { ...browser, 'if-none-match': page.headers.get('etag') ?? '' })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const plain = await app.get('/graphql', { accept: 'text/html' })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(html)
  })

  it('is linked at /', async () => {
    const response = await app.get('/', browser)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('href="./graphql"')
  })

  it('opens by a link of another site, with any query in it, sets no cookie and runs nothing', async () => {
    const link = {
      ...browser,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    }
    for (const [path, status] of [
      ['/', 200],
      ['/graphql', 200],
      ['/graphql?query={setCookies}', 200],
    ] as const) {
      const response = await app.get(path, link)
      expect([path, response.status, response.headers.getSetCookie()]).toEqual([path, status, []])
    }
    expect(app.seen.contexts).toBe(0)
    const off = createTestHttpApp()
    expect((await off.get('/graphql?query={setCookies}', link)).status).toBe(403)
    expect(off.seen.contexts).toBe(0)
  })

  it('leaves GraphQL alone', async () => {
    expect((await app.post({ query: '{ hello }' }, { accept: browser.accept })).status).toBe(200)
    expect(await (await app.get('/graphql?query={hello}')).json()).toEqual({ data: { hello: 'world' } })
  })

  it('is not there when it is off', async () => {
    const off = createTestHttpApp()
    expect(await (await off.get('/', browser)).text()).not.toContain('href="./graphql"')
    const response = await off.get('/graphql', browser)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'application/json; charset=utf-8',
    ])
  })
})
