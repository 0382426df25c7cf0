import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { contrastOf, pageBackgrounds, themeStyle } from '../../src/http/html/theme-colors.ts'
import { base, createTestHttpApp } from './support/test-http-app.ts'

const app = createTestHttpApp({
  config: {
    app: { name: 'Ada & "Co"', url: new URL('https://app.example.com'), color: '#2f5bd7' },
    pages: { logo: null, returnOrigins: [base, 'https://app.example.com'] },
  },
})
const pages = [
  'sign-in',
  'sign-up',
  'forgot-password',
  'account',
  'verify-email',
  'deny-registration',
  'reset-password',
  'confirm-email',
  'undo-email-change',
  'unlock-account',
  'report-session',
]
/** The largest amount of JavaScript that the first view of a page loads. */
const maxScriptBytes = 60_000

describe('a hosted page', () => {
  let page: Response
  let html: string
  beforeAll(async () => {
    page = await app.get('/verify-email?token=ght_secret', { 'accept-language': 'de-AT, en;q=0.5' })
    html = await page.text()
  })

  it('is in the language of the browser, with a title of its own', () => {
    expect(html).toContain('<html lang="de">')
    expect(html).toContain('<title>E-Mail-Adresse bestätigen – Ada &#38; &#34;Co&#34;</title>')
    expect(page.headers.get('vary')).toMatch(/accept-language/i)
  })

  it('allows no inline script or style, no frame, no other host, and is not stored', () => {
    const policy = page.headers.get('content-security-policy') ?? ''
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      expect(policy.split('; ')).toContain(directive)
    expect(policy).not.toContain('unsafe')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)
    expect(addresses.length).toBeGreaterThan(1)
    for (const url of addresses) expect(url).toMatch(/^pages\/[\w.-]+$/)
  })

  it('contains nothing of the request, sets no cookie and runs nothing, also if another site opens it', async () => {
    expect(html).not.toContain('ght_secret')
    const opened = await app.get('/verify-email?token=x', {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    })
    expect([opened.status, opened.headers.getSetCookie()]).toEqual([200, []])
    expect(app.seen.contexts).toBe(0)
  })

  it.each(pages)('is at /%s', async (name) => {
    expect((await app.get(`/${name}`)).status).toBe(200)
  })

  it('is only at its exact path, for GET and HEAD, and not where pages are off', async () => {
    for (const path of ['/verify-email/', '/Verify-Email', '/pages', '/pages/', '/constructor', '/__proto__'])
      expect([path, (await app.get(path)).status]).toEqual([path, 404])
    const posted = await app.fetch(new Request(`${base}/sign-in`, { method: 'POST', body: 'password=x' }))
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await createTestHttpApp().get('/sign-in')).status).toBe(404)
  })
})

describe('the files of the pages', () => {
  const linked = async () => {
    const html = await (await app.get('/sign-in')).text()
    return [...html.matchAll(/(?:src|href)="(pages\/[^"]*)"/g)].map(([, path]) => `/${path}`)
  }

  it('are stored for a year, since their names change with their content', async () => {
    const files = await linked()
    expect(files.length).toBeGreaterThan(4)
    for (const path of files) {
      const file = await app.get(path, { 'accept-encoding': 'gzip' })
      expect([path, file.status, file.headers.get('cache-control')]).toEqual([
        path,
        200,
        'public, max-age=31536000, immutable',
      ])
      expect(path).toMatch(/-[0-9a-zA-Z]{8,}\.\w+$/)
      const plain = await app.get(path)
      expect(gunzipSync(await file.arrayBuffer())).toEqual(Buffer.from(await plain.arrayBuffer()))
    }
  })

  it('contain at most 60 kB of compressed JavaScript for the first view', async () => {
    const scripts = (await linked()).filter((path) => path.endsWith('.js'))
    const sizes = await Promise.all(
      scripts.map(async (path) => gzipSync(await (await app.get(path)).arrayBuffer()).length),
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(maxScriptBytes)
  })

  it('are not found under other names', async () => {
    for (const path of ['/pages/manifest.json', '/pages/../package.json', '/pages/%2e%2e/main.js'])
      expect((await app.get(path)).status).toBe(404)
  })
})

describe('the colours of the pages', () => {
  const schemes = (color: string) => {
    const [light = '', dark = ''] = themeStyle(color).split('@media')
    return [
      [light, pageBackgrounds.light],
      [dark, pageBackgrounds.dark],
    ] as const
  }
  const colorIn = (style: string, name: string) => new RegExp(`${name}:(#[0-9a-f]{6})`).exec(style)?.[1] ?? ''

  it.each(['#2f5bd7', '#ffffff', '#000000', '#ffee00', '#777777', '#00ff88', '#e8112d', '#101216'])(
    'are legible with APP_COLOR=%s',
    (color) => {
      for (const [style, backgrounds] of schemes(color)) {
        expect(contrastOf(colorIn(style, '--on-brand'), colorIn(style, '--brand'))).toBeGreaterThanOrEqual(
          4.5,
        )
        expect(
          contrastOf(colorIn(style, '--on-brand'), colorIn(style, '--brand-hover')),
        ).toBeGreaterThanOrEqual(4.5)
        for (const background of backgrounds) {
          expect(contrastOf(colorIn(style, '--link'), background)).toBeGreaterThanOrEqual(4.5)
          expect(contrastOf(colorIn(style, '--brand'), background)).toBeGreaterThanOrEqual(3)
        }
      }
    },
  )

  it('stay as they are where they are legible', () => {
    expect(colorIn(themeStyle('#2f5bd7'), '--brand')).toBe('#2f5bd7')
  })
})
