import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Actor } from './actor.ts'
import { patienceMs } from './eventually.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A built service: its folder, and the file in it that starts it. */
export interface Program {
  readonly folder: string
  readonly main: string
}

const present: Program = { folder: root, main: join(root, 'dist/server/lib/main.js') }

/** Environment for several processes: a free port, one issuer, cheap hashing and test secrets. */
export const processEnv: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '',
  PORT: '0',
  // Not the .env of a developer.
  ENV_FILE: '/dev/null',
  HOST: '127.0.0.1',
  PUBLIC_URL: 'http://localhost:4000',
  LOG_FORMAT: 'json',
  DATABASE_POOL_MIN: '0',
  DATABASE_POOL_MAX: '5',
  ARGON2_MEMORY_KIB: '8',
  ARGON2_PASSES: '1',
  // A busy machine must not cause refusals.
  HASH_QUEUE_SECONDS: '60',
  // All test files share one Redis. Tests of limits start their own Redis and switch limits on.
  RATE_LIMITS: 'off',
  MASTER_KEY: Buffer.from('gatehouse tests: a master key 32').toString('base64'),
  REFRESH_PEPPERS: 'test:a-pepper-of-the-tests-0123456789abcdef',
}

/** From the message of src/infrastructure/start-error.ts. */
const unavailableAtStart = 'The database became unavailable during the start'
const maxRestarts = 3

export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The built service in its own process. */
export class ServiceProcess {
  readonly #child: ChildProcess
  readonly ended: Promise<ProcessEnd>
  /** Everything that it wrote to stdout and stderr. */
  output = ''

  private constructor(env: Readonly<Record<string, string>>, { folder, main }: Program) {
    if (!existsSync(main)) throw new Error(`${main} is missing: run \`npm run build\` first.`)
    this.#child = spawn(process.execPath, [main], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }))
  }

  /** Starts a process without waiting. */
  static spawn(env: Readonly<Record<string, string>>, program = present): ServiceProcess {
    return new ServiceProcess({ ...processEnv, ...env }, program)
  }

  /**
   * Starts a process and waits until it is ready. Like a supervisor, starts it again if a busy machine exceeded a time limit
   * of the database. @throws with its output if it ends before
   */
  static async start(env: Readonly<Record<string, string>>, program = present): Promise<ServiceProcess> {
    for (let restarts = 0; ; restarts += 1) {
      const service = ServiceProcess.spawn(env, program)
      try {
        await service.ready()
        return service
      } catch (error) {
        await service.stop('SIGKILL')
        if (restarts === maxRestarts || !service.output.includes(unavailableAtStart)) throw error
      }
    }
  }

  async ready(): Promise<void> {
    const deadline = performance.now() + patienceMs
    while ((await this.readiness()) !== 200) {
      if (this.#child.exitCode !== null)
        throw new Error(`The process ended during its start:\n${this.output}`)
      if (performance.now() > deadline) throw new Error(`The process is not ready:\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }

  /** The status of /health/ready; null if the process does not answer. */
  async readiness(): Promise<number | null> {
    if (this.port === null) return null
    return this.get('/health/ready').then(
      ({ status }) => status,
      () => null,
    )
  }

  get port(): number | null {
    const port = /"listens":\["127\.0\.0\.1 port (\d+)"/.exec(this.output)?.[1]
    return port === undefined ? null : Number(port)
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The process has not been started.')
    return this.#child.pid
  }

  get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`)
  }

  /** An actor that talks to this process over HTTP. */
  actor(): Actor {
    const overHttp = { fetch: (request: Request) => fetch(request) }
    return new Actor(overHttp, new URL(`http://127.0.0.1:${this.port}`), {})
  }

  /** Sends a signal and waits until the process ends. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProcessEnd> {
    if (this.#child.exitCode === null) this.#child.kill(signal)
    return this.ended
  }
}
