import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createGateway } from '../../examples/apollo-gateway/gateway.js'
import { sdl } from '../../examples/subgraph-posts/posts.js'

// Inside node_modules, so that the program finds the packages of the repository.
const folder = resolve('node_modules/.cache/gatehouse/apollo-compose')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('composes a supergraph that Apollo Gateway accepts', async () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const file of ['compose.mjs', 'without-policies.js'])
    copyFileSync(resolve('examples/apollo-gateway', file), `${folder}/${file}`)
  copyFileSync(resolve('schema.graphql'), `${folder}/gatehouse.graphql`)
  writeFileSync(`${folder}/posts.graphql`, sdl)
  const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH } } as const
  expect(spawnSync(process.execPath, ['compose.mjs'], options)).toMatchObject({ status: 0, stderr: '' })
  const supergraph = readFileSync(`${folder}/supergraph.graphql`, 'utf8')
  expect(supergraph).toContain('http://localhost:4001/graphql')
  const { stop } = await createGateway({ supergraph })
  await stop()
})
