import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { exampleFolder, runInExample } from './run-in-example.ts'

const example = 'ssr-next'

export interface SsrApp {
  readonly url: string
  close(): Promise<void>
}

/** Installs and builds examples/ssr-next, and checks its types. */
export async function prepareSsrApp(): Promise<void> {
  await runInExample(example, ['ci'])
  await runInExample(example, ['run', 'typecheck'], quiet)
  await runInExample(example, ['run', 'build'], { ...quiet, NODE_ENV: 'production' })
}

/** Starts the built example, with the variables of its README. */
export async function startSsrApp(env: Readonly<Record<string, string>>): Promise<SsrApp> {
  const port = await freePort()
  const next = `${exampleFolder(example)}/node_modules/next/dist/bin/next`
  const child = spawn(process.execPath, [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'], {
    cwd: exampleFolder(example),
    env: { ...process.env, ...quiet, ...env, NODE_ENV: 'production' },
    stdio: 'ignore',
  })
  const closed = once(child, 'close')
  const url = `http://localhost:${port}`
  await eventually(() => fetch(`${url}/favicon.ico`))
  return {
    url,
    async close() {
      // On SIGTERM, Next.js waits for every connection, also for those that a browser opened and never used.
      child.kill('SIGKILL')
      await closed
    },
  }
}

const quiet = { NEXT_TELEMETRY_DISABLED: '1' }
