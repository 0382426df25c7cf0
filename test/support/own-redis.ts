import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/** Whether redis-server is installed. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).error === undefined
}

export interface OwnRedisOptions {
  readonly port?: number
  /** Settings of redis.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** The configuration of a Sentinel, a file that it changes. */
  readonly sentinelFile?: string
}

/** A Redis process that a test may stop. It stores nothing on disk, unless settings say so. */
export class OwnRedis {
  readonly port: number
  readonly #args: readonly string[]
  #process: ChildProcess | null = null

  private constructor(port: number, { settings, sentinelFile }: OwnRedisOptions) {
    this.port = port
    const place = { port: String(port), bind: '127.0.0.1' }
    const stored = sentinelFile === undefined ? { save: '', appendonly: 'no' } : {}
    const options = Object.entries({ ...place, ...stored, ...settings })
    const args = options.flatMap(([name, value]) => [`--${name}`, value])
    this.#args = sentinelFile === undefined ? args : [sentinelFile, ...args, '--sentinel']
  }

  static async start(options: OwnRedisOptions = {}): Promise<OwnRedis> {
    const redis = new OwnRedis(options.port ?? (await freePort()), options)
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts it on the same port, empty unless it stores its data. Does nothing if it runs. */
  async start(): Promise<void> {
    if (this.#process !== null) return
    this.#process = spawn('redis-server', this.#args, { stdio: 'ignore' })
    while (!(await isListening(this.port))) await sleep(20)
  }

  async stop(): Promise<void> {
    const stopped = this.#process
    if (stopped === null) return
    this.#process = null
    const gone = once(stopped, 'exit')
    stopped.kill('SIGKILL')
    await gone
  }

  /** Suspends the process: its sockets stay open, but it does not respond. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
