import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'

const run = promisify(execFile)
const versions = '/usr/lib/postgresql'

/** A PostgreSQL server that a test may kill, suspend and restart. It keeps its data in a folder of its own. */
export class OwnPostgres {
  readonly #bin: string
  readonly #folder: string
  readonly port: number
  #process: ChildProcess | null = null
  #isMounted = false

  private constructor(bin: string, folder: string, port: number) {
    this.#bin = bin
    this.#folder = folder
    this.port = port
  }

  static async start(): Promise<OwnPostgres> {
    const server = await OwnPostgres.#prepare()
    await server.#createCluster()
    await server.start()
    return server
  }

  /** A server whose tables are on a disk of that size in memory. Its write-ahead log is elsewhere. Requires root. */
  static async startOnDisk(megabytes: number): Promise<OwnPostgres> {
    const server = await OwnPostgres.#prepare()
    await mkdir(server.#data)
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', server.#data])
    server.#isMounted = true
    await run('chown', ['postgres', server.#data])
    await chmod(server.#data, 0o700)
    await server.#createCluster('-X', join(server.#folder, 'log'))
    await server.start()
    return server
  }

  async #createCluster(...options: readonly string[]): Promise<void> {
    const access = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8']
    await asPostgres(`${this.#bin}/initdb`, ['-D', this.#data, ...access, '--no-sync', ...options])
  }

  /** A file that fills the disk. */
  get fillerPath(): string {
    return join(this.#data, 'filler')
  }

  /** A standby of the other server, which follows it. */
  static async startStandbyOf(primary: OwnPostgres): Promise<OwnPostgres> {
    const server = await OwnPostgres.#prepare()
    const from = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres']
    await asPostgres(`${server.#bin}/pg_basebackup`, [
      ...from,
      '-D',
      server.#data,
      '-R',
      '-X',
      'stream',
      '--no-sync',
      '-c',
      'fast',
    ])
    await server.start()
    return server
  }

  static async #prepare(): Promise<OwnPostgres> {
    const [newest] = (await readdir(versions)).sort((a, b) => Number(b) - Number(a))
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-postgres-'))
    // The server refuses to run as root.
    if (isRoot) {
      await chmod(folder, 0o755)
      const { stdout } = await run('id', ['-u', 'postgres'])
      await chown(folder, Number(stdout), 0)
    }
    return new OwnPostgres(`${versions}/${newest}/bin`, folder, await freePort())
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`
  }

  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '60',
      logging_collector: 'off',
      // A killed process loses nothing that it has given to the operating system.
      fsync: 'off',
    }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const [file, args] = command(`${this.#bin}/postgres`, ['-D', this.#data, ...options])
    this.#process = spawn(file, args, { stdio: 'ignore', cwd: '/' })
    await eventually(() => this.query('SELECT 1'), { everyMs: 20 })
  }

  async query(sql: string): Promise<readonly unknown[]> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined)
    await client.connect()
    return (await client.query(sql).finally(() => client.end())).rows
  }

  /** Ends all processes of the server at once, without a checkpoint. */
  async kill(): Promise<void> {
    const killed = this.#process
    if (killed === null) return
    this.#process = null
    const gone = once(killed, 'exit')
    this.#signal(killed, 'SIGKILL')
    await gone
    await rm(join(this.#data, 'postmaster.pid'), { force: true })
  }

  suspend(): void {
    if (this.#process !== null) this.#signal(this.#process, 'SIGSTOP')
  }

  resume(): void {
    if (this.#process !== null) this.#signal(this.#process, 'SIGCONT')
  }

  async remove(): Promise<void> {
    await this.kill()
    if (this.#isMounted) await run('umount', [this.#data])
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** To every process of the server. Each has a group of its own. */
  #signal({ pid }: ChildProcess, signal: NodeJS.Signals): void {
    if (pid === undefined) return
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    for (const id of [pid, ...stdout.split('\n').map(Number)]) if (id > 0) sendSignal(id, signal)
  }
}

export const isRoot = process.getuid?.() === 0

function command(file: string, args: readonly string[]): [string, string[]] {
  // setpriv becomes the program, so that signals reach it.
  return isRoot
    ? ['setpriv', ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', file, ...args]]
    : [file, [...args]]
}

async function asPostgres(file: string, args: readonly string[]): Promise<void> {
  await run(...command(file, args), { cwd: '/' })
}

/** A process may have ended by itself. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'ESRCH') throw error
  }
}
