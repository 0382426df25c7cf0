import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { federationFolder } from './support/federation-folder.ts'

const email = 'ada@example.com'
const password = 'Corr3ct-horse-battery!'
const register =
  'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { tokens { accessToken } } } }'

async function end(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'close')
}

/** The commands that init prints, except `npm install`. */
describe('the federation that init writes', () => {
  const folder = federationFolder()
  let env: NodeJS.ProcessEnv
  let gateway: string
  let running: ChildProcess
  let output: () => string
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
  })
  afterAll(async () => {
    await end(running)
    folder.remove()
  })

  /** Starts a program in the folder. Returns what it has written so far. */
  function start(args: readonly string[], variables: NodeJS.ProcessEnv = {}): () => string {
    running = spawn(process.execPath, args, {
      cwd: folder.path,
      env: { ...env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [running.stdout, running.stderr])
      stream?.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
    return () => text
  }

  function run(args: readonly string[]): void {
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder.path, env, encoding: 'utf8' })
    expect([args, status, stderr]).toEqual([args, 0, ''])
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
  async function send(query: string, variables = {}, headers = {}): Promise<any> {
    const answer = await fetch(gateway, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    return answer.json()
  }

  async function ask(query: string, variables = {}, headers = {}) {
    const { data, errors } = await send(query, variables, headers)
    expect(errors, output()).toBe(undefined)
    return data
  }

  it.each(['info', 'debug'])(
    'keeps passwords out of the log of a gateway without Gatehouse, at the level %s',
    async (LOG_LEVEL) => {
      output = start(
        [
          'node_modules/@graphql-hive/gateway/dist/bin.js',
          'supergraph',
          '--config-path',
          'gateway.config.ts',
        ],
        { LOG_LEVEL },
      )
      const { errors } = await eventually(() => send(register, { input: { email, password } }))
      await end(running, 'SIGKILL')
      expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
      expect(output()).toContain('SUBREQUEST_HTTP_ERROR')
      expect(output()).not.toContain(password)
    },
  )

  it('starts, and names its address when every program is ready', async () => {
    output = start(['start.mjs'], { LOG_LEVEL: 'debug' })
    await eventually(() => expect(output()).toContain(`\nThe federation is ready: ${gateway}\n`))
    expect(await ask('{ csrfToken posts { id } }')).toEqual({ csrfToken: null, posts: [] })
  })

  it('registers a user and writes a post, whose author comes from Gatehouse', async () => {
    const registered = await ask(register, { input: { email, password } })
    const authorization = `Bearer ${registered.register.tokens.accessToken}`
    const write = 'mutation { writePost(title: "Hello") { author { displayName email } } }'
    expect(await ask(write, {}, { authorization })).toEqual({
      writePost: { author: { displayName: expect.any(String), email } },
    })
    expect(await ask('{ posts { title author { displayName email } } }')).toEqual({
      posts: [{ title: 'Hello', author: { displayName: expect.any(String), email: null } }],
    })
  })

  it('keeps the cookies of a session out of the log of the gateway, at the level debug', async () => {
    const input = { email: 'bob@example.com', password, tokenTransport: 'COOKIE' }
    const query = 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }'
    const answer = await fetch(gateway, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input } }),
    })
    const values = answer.headers.getSetCookie().map((line) => /=([^;]+)/.exec(line)?.[1] ?? '')
    expect(values, await answer.text()).not.toEqual([])
    await eventually(() => expect(output()).toContain('set-cookie'))
    for (const value of [password, ...values]) expect(output()).not.toContain(value)
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
