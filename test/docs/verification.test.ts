import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { type SignedIn, signUpAs } from '../support/people.ts'
import { withExample } from './support/example-module.ts'
import { codeBlocks, readPage, tableRows } from './support/pages.ts'
import { type ServedApp, serveTestApp } from './support/served-app.ts'
import { bash, commandsOf, shownAs } from './support/shell.ts'

const page = readPage('docs/verification.md')
const [createApiKey = ''] = codeBlocks(page, 'graphql')
const [introspection = ''] = codeBlocks(page, 'sh')
const [verifier = ''] = codeBlocks(page, 'js')
const [feed = ''] = codeBlocks(page, 'json')

let served: ServedApp
let admin: SignedIn
let user: SignedIn
let key: string
beforeAll(async () => {
  served = await serveTestApp()
  admin = await signUpAs(served.test, 'ADMIN')
  user = await signUpAs(served.test, 'USER')
  const created = await served.post({ query: createApiKey }, Actor.bearer(admin.accessToken))
  key = (await created.json()).data.createApiKey.secret
})
afterAll(() => served.close())

describe('docs/verification.md', () => {
  it('creates an API key', () => {
    expect(key).toMatch(/^ghk_[\w-]{43}$/)
  })

  it('shows what introspection returns', async () => {
    const [command] = commandsOf(introspection)
    const line = command?.line.replace('https://auth.example.com', served.url) ?? ''
    const env = { KEY: key, TOKEN: user.accessToken }
    const output = await bash(line, { before: '', cwd: tmpdir(), env })
    expect(output).toMatch(shownAs(command?.shown ?? ''))
    const invalid = await bash(line, { before: '', cwd: tmpdir(), env: { ...env, TOKEN: 'x' } })
    expect(invalid).toBe('{"active":false}')
  })

  it('has an example of local verification that accepts a token, and no changed one', async () => {
    type Example = { verifyAccessToken(token: string): Promise<object> }
    const code = verifier.replace('http://localhost:4000', served.url)
    await withExample<Example>(code, async ({ verifyAccessToken }) => {
      expect(await verifyAccessToken(user.accessToken)).toEqual({
        userId: user.userId,
        sessionId: user.sessionId,
        tenantId: expect.any(String),
        role: 'USER',
      })
      await expect(verifyAccessToken(`${user.accessToken.slice(0, -8)}AAAAAAAA`)).rejects.toThrow()
    })
  })

  it('lists all claims of an access token', () => {
    const payload = JSON.parse(Buffer.from(user.accessToken.split('.')[1] ?? '', 'base64url').toString())
    const [, claims = ''] = page.split('| Claim | Meaning |')
    const documented = tableRows(claims.split('\n\n')[0] ?? '').flatMap(([cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    const others = ['mfa_time', 'roles', 'acv']
    for (const claim of others) expect(payload).not.toHaveProperty(claim)
    expect(documented.toSorted()).toEqual([...Object.keys(payload), ...others].toSorted())
  })

  it('shows the fields of the feed of revocations', async () => {
    const response = await fetch(`${served.url}/revocations`, { headers: { 'x-api-key': key } })
    expect(response.status).toBe(200)
    expect(Object.keys(await response.json()).toSorted()).toEqual(Object.keys(JSON.parse(feed)).toSorted())
  })
})
