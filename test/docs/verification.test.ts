import { mkdir, rm, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeBlocks, readPage, root, tableRows } from './support/pages.ts'
import { type ServedApp, serveTestApp } from './support/served-app.ts'

const page = readPage('docs/verification.md')
const [example = ''] = codeBlocks(page, 'js')
/** Below node_modules, so that the example finds jose. */
const folder = `${root}/node_modules/.gatehouse-docs-${process.pid}`

describe('the example of local verification in docs/verification.md', () => {
  let served: ServedApp
  let accessToken: string
  beforeAll(async () => {
    served = await serveTestApp()
    const query = `mutation ($input: RegisterInput!) {
      register(input: $input) { ... on RegisterSuccess { tokens { accessToken } } }
    }`
    const input = { email: 'ada@example.com', password: 'Correct-Horse-42!' }
    const { data } = await (await served.post({ query, variables: { input } })).json()
    accessToken = data.register.tokens.accessToken
    await mkdir(folder, { recursive: true })
    await writeFile(`${folder}/verify.mjs`, example.replace('http://localhost:4000', served.url))
  })
  afterAll(async () => {
    await served.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('accepts a token, and no changed one', async () => {
    const { verifyAccessToken } = await import(/* @vite-ignore */ pathToFileURL(`${folder}/verify.mjs`).href)
    expect(await verifyAccessToken(accessToken)).toEqual({
      userId: expect.any(String),
      sessionId: expect.any(String),
      tenantId: expect.any(String),
      role: 'USER',
    })
    await expect(verifyAccessToken(`${accessToken.slice(0, -8)}AAAAAAAA`)).rejects.toThrow()
  })

  it('stands next to a table of all claims', () => {
    const payload = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
    const [, claims = ''] = page.split('| Claim | Meaning |')
    const documented = tableRows(claims.split('\n\n')[0] ?? '').flatMap(([cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    expect(documented.toSorted()).toEqual(Object.keys(payload).toSorted())
  })
})
