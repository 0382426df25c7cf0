import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sdl as postsSdl } from '../../examples/subgraph-posts/posts.js'
import { requiredHeaders, returnedHeaders } from './support/forwarded-headers.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').toLowerCase()
/** Without nginx, which forwards every header. */
const recipes = [
  'docs/gateways.md',
  'docs/gateways/apollo-router.md',
  'docs/gateways/cosmo.md',
  'docs/gateways/hive-gateway.md',
  'examples/apollo-gateway/gateway.js',
]

describe('the recipe', () => {
  it.each(recipes)('%s forwards every header that the tests do', (file) => {
    const text = read(file)
    expect(requiredHeaders.filter((header) => !text.includes(header))).toEqual([])
  })

  it.each([...recipes, 'docs/gateways/apollo-gateway.md'])(
    '%s returns to the client how long to wait',
    (file) => {
      const text = read(file)
      expect(returnedHeaders.filter((header) => !text.includes(header))).toEqual([])
    },
  )

  it.each(['apollo-gateway', 'apollo-router', 'cosmo'])('for %s lets pages send an API key', (name) => {
    const [, list = ''] =
      /(?:allow_headers: \[|allow `content-type`)([^\]\n]+)/.exec(read(`docs/gateways/${name}.md`)) ?? []
    for (const header of ['authorization', 'x-api-key', 'x-csrf-token', 'x-request-id'])
      expect(list).toContain(header)
  })
})

describe('compose.mjs of docs/gateways/hive-gateway.md', () => {
  // Inside node_modules, so that the script finds the composition library.
  const folder = 'node_modules/.cache/gatehouse/compose'
  beforeAll(() => void mkdirSync(folder, { recursive: true }))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('composes schema.graphql with the posts', () => {
    const page = readFileSync('docs/gateways/hive-gateway.md', 'utf8')
    const [, script = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? []
    writeFileSync(`${folder}/compose.mjs`, script)
    copyFileSync('schema.graphql', `${folder}/gatehouse.graphql`)
    writeFileSync(`${folder}/posts.graphql`, postsSdl)
    const { status, stderr } = spawnSync(process.execPath, ['compose.mjs'], { cwd: folder, encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    const supergraph = readFileSync(`${folder}/supergraph.graphql`, 'utf8')
    expect(supergraph).toContain('enum join__Graph')
    expect(supergraph).toContain('url: "http://gatehouse:4000/graphql"')
  })
})
