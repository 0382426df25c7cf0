import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeBlocks, readPage } from './support/pages.ts'
import { type ServedApp, serveTestApp } from './support/served-app.ts'
import { bash, commandsOf, shownAs } from './support/shell.ts'

const page = readPage('docs/transports.md')
const [setUp = '', ...examples] = codeBlocks(page, 'sh')
const titles = [...page.matchAll(/^## (\w+)$/gm)].map(([, title = '']) => title)

/** What the page says to copy from a response, and the variable to copy it to. */
const copied = { accessToken: 'ACCESS', refreshToken: 'REFRESH', csrfToken: 'CSRF' } as const

function isCurlHere(): boolean {
  try {
    execFileSync('curl', ['--version'])
    return true
  } catch {
    return false
  }
}

describe.skipIf(!isCurlHere())('docs/transports.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-docs-'))
  let served: ServedApp
  beforeAll(async () => {
    served = await serveTestApp()
    const input = { email: 'ada@example.com', password: 'Correct-Horse-42!' }
    const query = 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }'
    const registered = await served.post({ query, variables: { input } })
    expect(await registered.json()).toEqual({ data: { register: { __typename: 'RegisterSuccess' } } })
  })
  afterAll(async () => {
    await served.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('has an example for each transport', () => {
    expect(titles).toEqual(['BODY', 'COOKIE', 'HYBRID'])
    expect(examples).toHaveLength(titles.length)
  })

  it.each(titles)('shows what the commands of %s print', async (title) => {
    const env: Record<string, string> = {}
    const before = setUp.replace('http://localhost:4000', served.url)
    const commands = commandsOf(examples[titles.indexOf(title)] ?? '')
    expect(commands.length).toBeGreaterThan(2)
    for (const { line, shown } of commands) {
      const output = await bash(line, { before, cwd: folder, env })
      expect(output, line).toMatch(shownAs(shown))
      for (const [field, variable] of Object.entries(copied)) {
        const [, value] = new RegExp(`"${field}":"([^"]+)"`).exec(output) ?? []
        if (value !== undefined) env[variable] = value
      }
    }
  })
})
