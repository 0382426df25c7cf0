import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createTestHttpApp } from './support/test-http-app.ts'

const pages = { logo: null, returnOrigins: [] }

it('says outside production where things are', async () => {
  const response = await createTestHttpApp({ config: { pages, graphiql: true } }).get('/')
  const html = await response.text()
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
  for (const path of ['./sign-up', './account', './graphql', './health/ready'])
    expect(html).toContain(`href="${path}"`)
  expect(html).not.toContain('mailbox')
})

it('allows its own style and nothing else', async () => {
  const response = await createTestHttpApp({ config: { pages } }).get('/')
  const style = /<style>([\s\S]*)<\/style>/.exec(await response.text())?.[1] ?? ''
  const digest = createHash('sha256').update(style).digest('base64')
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain(`style-src 'sha256-${digest}'`)
  expect(policy).not.toMatch(/unsafe|script-src/)
})

it('escapes the name of the product', async () => {
  const app = { name: '<b>Ada</b>', url: new URL('http://localhost:4000'), color: '#2f5bd7' }
  expect(await (await createTestHttpApp({ config: { app } }).get('/')).text()).not.toContain('<b>')
})

it('is a plain 404 in production, and 405 for other methods', async () => {
  const production = await createTestHttpApp({
    config: { environment: 'production', pages, graphiql: true },
  }).get('/')
  expect([production.status, await production.json()]).toEqual([404, { error: 'Not found.' }])
  const posted = await createTestHttpApp().fetch(new Request('http://localhost:4000/', { method: 'POST' }))
  expect(posted.status).toBe(405)
})
