import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/** Whether redis-server is installed. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).error === undefined
}

/** A Redis process that a test may stop. It stores nothing on disk. */
export class OwnRedis {
  readonly #port: number
  #process: ChildProcess | null = null

  private constructor(port: number) {
    this.#port = port
  }

  static async start(): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort())
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`
  }

  /** Starts an empty Redis on the same port. Does nothing if it runs. */
  async start(): Promise<void> {
    if (this.#process !== null) return
    const options = { port: String(this.#port), bind: '127.0.0.1', save: '', appendonly: 'no' }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
    this.#process = spawn('redis-server', args, { stdio: 'ignore' })
    while (!(await isListening(this.#port))) await sleep(20)
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
