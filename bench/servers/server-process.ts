import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BareOrder } from '../floors/bare-order.ts'
import type { LoadResult } from '../load/messages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const probe = new URL('probe.mjs', import.meta.url).href
const startLimitMs = 120_000
const pollMs = 5

export interface ServerOptions {
  /** The program: a path from the root of the repository. A path that ends with `.ts` runs with tsx. */
  readonly program: string
  readonly env: Readonly<Record<string, string>>
  /** Options of Node. */
  readonly nodeOptions?: readonly string[]
}

/** Bytes: of the whole process, and of JavaScript values and buffers (after a collection, if the process exposes it). */
export interface Memory {
  readonly rss: number
  readonly used: number
}

/** Microseconds of all threads, and of the main thread (not a number where the system does not count it). */
export interface CpuTime {
  readonly all: number
  readonly main: number
}

export function cpuBetween(before: CpuTime, after: CpuTime): CpuTime {
  return { all: after.all - before.all, main: after.main - before.main }
}

/** A measured server in its own process. Its output goes to a file, as a service writes its log. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  readonly #log = join(this.#folder, 'log')
  /** Time from the start of the process until it listens, in milliseconds. */
  startMs = 0
  port = 0

  private constructor({ program, env, nodeOptions = [] }: ServerOptions) {
    const log = openSync(this.#log, 'w')
    const loader = program.endsWith('.ts') ? ['--import', 'tsx'] : []
    this.#child = spawn(process.execPath, [...nodeOptions, ...loader, '--import', probe, program], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ENV_FILE: '/dev/null', ...env },
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    this.#child.setMaxListeners(0)
  }

  /** Starts a server and waits until it writes the port at which it listens. @throws with its output if it ends before */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const since = performance.now()
    const server = new ServerProcess(options)
    while (server.port === 0) {
      server.port = Number(/port (\d+)/.exec(server.output)?.[1] ?? 0)
      server.startMs = performance.now() - since
      if (server.#child.exitCode !== null || server.startMs > startLimitMs) {
        const { output } = server
        await server.stop()
        throw new Error(`${options.program} did not start:\n${output}`)
      }
      await sleep(pollMs)
    }
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** CPU time so far. */
  cpu(): Promise<CpuTime> {
    return this.ask('cpu')
  }

  memory(): Promise<Memory> {
    return this.ask('memory')
  }

  /** One answer of the probe in the process. */
  async ask<Answer>(question: string): Promise<Answer> {
    const isAnswer = (message: { readonly probe?: string }) => message.probe === question
    const { answer } = await this.#exchange<{ readonly answer: Answer }>({ probe: question }, isAnswer)
    return answer
  }

  /** Runs an order of a floor without HTTP. */
  async work(order: BareOrder): Promise<LoadResult> {
    const isResult = (message: { readonly result?: LoadResult }) => message.result !== undefined
    const { result } = await this.#exchange<{ readonly result: LoadResult }>(order, isResult)
    return result
  }

  async #exchange<Reply>(order: object, isReply: (message: object) => boolean): Promise<Reply> {
    const replied = new Promise<Reply>((resolve, reject) => {
      const gone = () => reject(new Error(`The server ended:\n${this.output.slice(-2000)}`))
      const read = (message: Reply & object) => {
        if (!isReply(message)) return
        this.#child.off('message', read).off('exit', gone)
        resolve(message)
      }
      this.#child.on('message', read).once('exit', gone)
    })
    this.#child.send(order)
    return replied
  }

  /** Everything that it wrote. */
  get output(): string {
    return readFileSync(this.#log, 'utf8')
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit')
      this.#child.kill('SIGKILL')
      await gone
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
