import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** The installed server in a process of its own. */
export class StartedServer {
  readonly #child: ChildProcess
  readonly #startedAt = performance.now()
  output = ''
  /** Time until it printed that it is ready. */
  startMs = 0

  private constructor(node: string, args: readonly string[], cwd: string) {
    const env = { PATH: process.env.PATH, HOME: cwd, PORT: '0', HOST: '127.0.0.1' }
    this.#child = spawn(node, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
        if (this.startMs === 0 && this.output.includes('Gatehouse is ready.'))
          this.startMs = performance.now() - this.#startedAt
      })
  }

  /** Starts it in a folder. @throws with its output if it ends before it is ready */
  static async start(node: string, args: readonly string[], folder: string): Promise<StartedServer> {
    const server = new StartedServer(node, args, folder)
    while (server.startMs === 0 || server.#port === undefined) {
      if (server.#child.exitCode !== null)
        throw new Error(`The server ended during its start:\n${server.output}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return server
  }

  get #port(): string | undefined {
    return /"listens":\["127\.0\.0\.1 port (\d+)"/.exec(this.output)?.[1]
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** The data of an operation. @throws if it has errors */
  async ask(query: string, variables: object = {}, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await response.json()
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }

  /** Sends a signal, and returns the exit code. `repeated`: twice, as npx does, which forwards a Ctrl-C of the terminal. */
  async stop(signal: NodeJS.Signals, repeated = false): Promise<number | null> {
    const ended = once(this.#child, 'close')
    this.#child.kill(signal)
    while (repeated && !this.output.includes('is stopping'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    if (repeated) this.#child.kill(signal)
    const [code] = await ended
    return code
  }
}
