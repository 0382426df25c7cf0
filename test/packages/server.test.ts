import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installedPackages, installNode, installServer } from './support/install-server.ts'
import { StartedServer } from './support/started-server.ts'

const maxPackages = 70
const maxMegabytes = 150
/** Licences that the OSI has approved, as package.json names them. */
const allowedLicences = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
]
const password = 'Corr3ct-horse-battery!'

let folder: string
let bin: string
beforeAll(async () => {
  folder = await installServer()
  bin = join(folder, 'node_modules/gatehouse-auth/bin/gatehouse.js')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function emptyFolder(name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

function run(args: readonly string[], cwd = folder) {
  const env = { PATH: process.env.PATH }
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Starts it again, up to three times if that is not fast: other work on the machine can slow one start down. */
async function restart(home: string, fastMs: number): Promise<StartedServer> {
  for (let tries = 1; ; tries += 1) {
    const server = await StartedServer.start(process.execPath, [bin, 'start'], home)
    if (server.startMs < fastMs || tries === 3) return server
    await server.stop('SIGTERM')
  }
}

async function register(server: StartedServer): Promise<unknown> {
  const input = { email: 'ada@example.com', password }
  const { register: result } = await server.ask(
    'mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { tokens { accessToken } } } }',
    { input },
  )
  const { me } = await server.ask(
    '{ me { email } }',
    {},
    { authorization: `Bearer ${result.tokens.accessToken}` },
  )
  return me
}

describe('the installed server', () => {
  it(`has at most ${maxPackages} packages and ${maxMegabytes} MB`, () => {
    const modules = join(folder, 'node_modules')
    const bytes = readdirSync(modules, { recursive: true, encoding: 'utf8' })
      .map((path) => statSync(join(modules, path)))
      .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0)
    const packages = installedPackages(modules).length
    console.log(`installed: ${packages} packages, ${Math.round(bytes / 1e6)} MB`)
    expect(packages).toBeLessThanOrEqual(maxPackages)
    expect(bytes / 1e6).toBeLessThanOrEqual(maxMegabytes)
  })

  it('has only packages with licences that the OSI has approved, the bundled ones included', () => {
    const bundled = JSON.parse(
      readFileSync(join(folder, 'node_modules/gatehouse-auth/third-party.json'), 'utf8'),
    )
    const all = [...installedPackages(join(folder, 'node_modules')), ...bundled]
    expect(bundled.length).toBeGreaterThan(50)
    expect(all.filter(({ license }) => !allowedLicences.includes(license))).toEqual([])
  })

  it('describes each command, with its exit codes', () => {
    const { status, stdout } = run(['help'])
    expect(status).toBe(0)
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name)
    expect(commands).toEqual(
      expect.arrayContaining(['start', 'init', 'migrate', 'config', 'users', 'keys', 'health']),
    )
    for (const name of new Set(commands)) expect(run([name, '--help']).stdout).toContain('Exit codes:')
  })

  it('starts in an empty folder without configuration, stops on Ctrl-C, and starts faster the next time', async () => {
    const home = emptyFolder('first')
    const first = await StartedServer.start(process.execPath, [bin], home)
    expect(first.output).toMatch(/^Creating the embedded database in \.gatehouse\/database\./)
    for (const line of ['API', 'GraphiQL', 'Pages', 'Mailbox'])
      expect(first.output).toMatch(new RegExp(`^ {2}${line} +http://`, 'm'))
    expect(first.output).toMatch(/first administrator.*\n.* users promote EMAIL\n/)
    expect(await register(first)).toEqual({ email: 'ada@example.com' })
    const page = await (await fetch(`${first.url}/sign-up`)).text()
    expect(page).toContain('<title>Create your account')
    const files = [...page.matchAll(/(?:src|href)="(pages\/[^"]+)"/g)].map(([, path]) => path)
    expect(files.length).toBeGreaterThan(4)
    for (const path of files) expect((await fetch(`${first.url}/${path}`)).status).toBe(200)
    expect(
      (await (await fetch(`${first.url}/graphql`, { headers: { accept: 'text/html' } })).text()).length,
    ).toBeGreaterThan(1e6)
    expect(await first.stop('SIGINT', true)).toBe(0)

    const second = await restart(home, first.startMs / 2)
    console.log(`first start ${Math.round(first.startMs)} ms, second ${Math.round(second.startMs)} ms`)
    expect(second.startMs).toBeLessThan(first.startMs / 2)
    expect(second.output).not.toContain('Creating')
    expect(run(['health', second.url])).toEqual({ status: 0, stdout: 'ready\n', stderr: '' })
    expect(await second.stop('SIGTERM')).toBe(0)
    expect(run(['users', 'promote', 'ada@example.com'], home)).toMatchObject({ status: 0 })

    writeFileSync(join(home, 'access.yaml'), 'permissions: {posts:write: {}}\n')
    const stderr = 'Database: embedded in .gatehouse, because DATABASE_URL is not set.\n'
    expect(run(['access', 'apply', 'access.yaml'], home)).toMatchObject({ status: 0, stderr })
    const shown = run(['access', 'show'], home)
    expect(shown).toMatchObject({ status: 0, stderr })
    expect(shown.stdout).toContain('posts:write:')
  })

  it('is configured by the file that init writes', async () => {
    const home = emptyFolder('configured')
    expect(run(['init'], home)).toMatchObject({ status: 0, stderr: '' })
    appendFileSync(join(home, '.env'), 'GRPC_PORT=0\n')
    const server = await StartedServer.start(process.execPath, [bin], home)
    expect(server.output).toMatch(/"grpcPort":[1-9]/)
    expect(await server.stop('SIGINT')).toBe(0)
    expect(existsSync(join(home, '.gatehouse/secrets.json'))).toBe(false)
    expect(run(['keys', 'verify', '--json'], home)).toMatchObject({ status: 0 })
  })
})

/** Majors of Node besides the one of this process, for example `22 24 26`. */
const nodes = (process.env.NODE_SMOKE ?? '').split(' ').filter((major) => major !== '')
describe.skipIf(nodes.length === 0)('on another version of Node', () => {
  it.concurrent.each(nodes)('%s the installed server registers a user and shows it', async (major) => {
    const node = await installNode(major)
    const server = await StartedServer.start(node, [bin], emptyFolder(`node-${major}`))
    expect(await register(server)).toEqual({ email: 'ada@example.com' })
    expect(await server.stop('SIGTERM')).toBe(0)
  })
})
