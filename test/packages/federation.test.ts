import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { federationFolder } from './support/federation-folder.ts'

const password = 'Corr3ct-horse-battery!'

/** The commands that init prints, except `npm install`. */
describe('the federation that init writes', () => {
  const folder = federationFolder()
  let env: NodeJS.ProcessEnv
  let gateway: string
  let running: ChildProcess
  let output = ''
  beforeAll(async () => {
    const [gatehousePort, postsPort, gatewayPort] = [await freePort(), await freePort(), await freePort()]
    gateway = `http://localhost:${gatewayPort}/graphql`
    env = {
      PATH: process.env.PATH,
      PORT: String(gatehousePort),
      PUBLIC_URL: `http://localhost:${gatehousePort}`,
      TOKEN_ISSUER: `http://localhost:${gatehousePort}`,
      GATEHOUSE_URL: `http://localhost:${gatehousePort}/graphql`,
      POSTS_PORT: String(postsPort),
      POSTS_URL: `http://localhost:${postsPort}/graphql`,
      GATEWAY_PORT: String(gatewayPort),
    }
    const bin = 'node_modules/gatehouse-auth/bin/gatehouse.js'
    run([bin, 'init', '--subgraph', 'yoga', '--gateway', 'hive'])
    run(['compose.mjs'])
    running = spawn(process.execPath, ['start.mjs'], {
      cwd: folder.path,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [running.stdout, running.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    await eventually(async () => expect(await ask('{ csrfToken }'), output).toEqual({ csrfToken: null }))
  })
  afterAll(async () => {
    if (running?.exitCode === null) {
      running.kill()
      await once(running, 'close')
    }
    folder.remove()
  })

  function run(args: readonly string[]): void {
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder.path, env, encoding: 'utf8' })
    expect([args, status, stderr]).toEqual([args, 0, ''])
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
  async function ask(query: string, variables = {}, headers = {}): Promise<any> {
    const answer = await fetch(gateway, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await answer.json()
    expect(errors, output).toBe(undefined)
    return data
  }

  it('registers a user and writes a post, whose author comes from Gatehouse', async () => {
    const { register } = await ask(
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { tokens { accessToken } } } }',
      { input: { email: 'ada@example.com', password } },
    )
    const authorization = `Bearer ${register.tokens.accessToken}`
    const write = 'mutation { writePost(title: "Hello") { author { displayName email } } }'
    expect(await ask(write, {}, { authorization })).toEqual({
      writePost: { author: { displayName: expect.any(String), email: 'ada@example.com' } },
    })
    expect(await ask('{ posts { title author { displayName email } } }')).toEqual({
      posts: [{ title: 'Hello', author: { displayName: expect.any(String), email: null } }],
    })
  })

  it('tells Gatehouse the address of the client in a signature that it accepts', async () => {
    const { gatewayDiagnostics } = await ask('{ gatewayDiagnostics { edgeSignature clientAddress } }')
    expect(gatewayDiagnostics).toEqual({
      edgeSignature: 'VALID',
      clientAddress: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    })
  })

  it('ends all of its processes with one signal', async () => {
    running.kill('SIGINT')
    const [code] = await once(running, 'close')
    expect(code).toBe(0)
    await expect(fetch(gateway)).rejects.toThrow('fetch failed')
    await expect(fetch(`${env.PUBLIC_URL}/health/ready`)).rejects.toThrow('fetch failed')
  })
})
