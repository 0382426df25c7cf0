import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'

/** Debian installs servers in a folder that is not in everyone's PATH. */
const env = { PATH: `${process.env.PATH}:/usr/sbin` }

/** Whether PgBouncer is installed. @throws if it is not, with PROXY_TESTS=required, so that CI cannot skip its tests */
export function hasPgbouncer(): boolean {
  if (spawnSync('pgbouncer', ['--version'], { env }).error === undefined) return true
  const message = 'NO PGBOUNCER FOUND: THE TESTS BEHIND IT ARE SKIPPED. Install the package pgbouncer.'
  if (process.env.PROXY_TESTS === 'required') throw new Error(message)
  console.warn(`\n${message}\n`)
  return false
}

/** PgBouncer in transaction mode in front of a server, as docs/postgresql.md describes it. */
export class OwnPgbouncer {
  readonly #port: number
  readonly #target: URL
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(port: number, target: URL, folder: string, child: ChildProcess) {
    this.#port = port
    this.#target = target
    this.#folder = folder
    this.#child = child
  }

  /** @param settings lines of the section `[pgbouncer]` in addition to those of the documentation */
  static async start(url: string, settings: Readonly<Record<string, string>> = {}): Promise<OwnPgbouncer> {
    const port = await freePort()
    const target = new URL(url)
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-pgbouncer-'))
    const file = join(folder, 'pgbouncer.ini')
    const user = decodeURIComponent(target.username)
    const lines = {
      listen_addr: '127.0.0.1',
      listen_port: String(port),
      unix_socket_dir: '',
      // Every client is the one user of the target.
      auth_type: 'any',
      pool_mode: 'transaction',
      max_client_conn: '200',
      default_pool_size: '10',
      ...settings,
    }
    await writeFile(
      file,
      `[databases]
* = host=${target.hostname} port=${target.port || '5432'} user=${user}
[pgbouncer]
${Object.entries(lines)
  .map(([name, value]) => `${name} = ${value}`)
  .join('\n')}
`,
    )
    // It refuses to run as root.
    await chmod(folder, 0o755)
    const asUser = userInfo().uid === 0 ? ['-u', 'daemon'] : []
    const child = spawn('pgbouncer', [...asUser, file], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let output = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    const started = new OwnPgbouncer(port, target, folder, child)
    await eventually(() => {
      if (child.exitCode !== null) return
      return started.query('SELECT 1')
    })
    if (child.exitCode !== null) throw new Error(`PgBouncer did not start:\n${output}`)
    return started
  }

  /** The URL of the target through PgBouncer. */
  get url(): string {
    return Object.assign(new URL(this.#target), { hostname: '127.0.0.1', port: String(this.#port) }).href
  }

  /** Runs a statement through it. */
  async query(sql: string): Promise<readonly unknown[]> {
    const client = new Client({ connectionString: this.url })
    await client.connect()
    return (await client.query(sql).finally(() => client.end())).rows
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
    await rm(this.#folder, { recursive: true, force: true })
  }
}
