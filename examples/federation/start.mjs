// Starts Gatehouse and the posts, and the gateway when both are ready. Ctrl-C, or the end of one of them, stops all.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseEnv } from 'node:util'

/** Gatehouse and the gateway read the same file. */
const fromFile = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
const {
  PORT = '4000',
  POSTS_PORT = '4001',
  GATEWAY_PORT = '4002',
  GATEWAY_HOST,
  GATEHOUSE_URL,
} = { ...fromFile, ...process.env }
const gatehouse = new URL('/health/ready', GATEHOUSE_URL ?? `http://localhost:${PORT}`)
const posts = new URL(`http://localhost:${POSTS_PORT}/health`)
const gateway = new URL(`http://${hostToAsk(GATEWAY_HOST)}:${GATEWAY_PORT}/graphql`)
/** The longest time until a program is ready. The first start of Gatehouse creates its database. */
const maxWaitMs = 120_000

/** @type {import('node:child_process').ChildProcess[]} */
const children = []
const stopping = new AbortController()

/** Where a program answers that listens on `host`. */
function hostToAsk(host = '127.0.0.1') {
  if (['127.0.0.1', '0.0.0.0', '::1', '::'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** Starts a program, whose end stops all. `env`: variables besides those of this process. */
function start(args, env = {}) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  children.push(child)
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0
    stop()
  })
}

function stop() {
  stopping.abort()
  for (const child of children) child.kill()
}

/** Waits for a successful response. False if it does not come in time, or if the programs are stopped before it. */
async function isReady(url) {
  const deadline = Date.now() + maxWaitMs
  while (!stopping.signal.aborted && Date.now() < deadline) {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(5_000)])
    const response = await fetch(url, { signal }).catch(() => null)
    if (response?.ok) return !stopping.signal.aborted
    await sleep(100)
  }
  if (!stopping.signal.aborted) console.error(`${url} is not ready after ${maxWaitMs / 1_000} seconds.`)
  return false
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
start(['node_modules/gatehouse-auth/bin/gatehouse.js', 'start'])
start(['posts.js'], { PORT: POSTS_PORT })
if ((await isReady(gatehouse)) && (await isReady(posts))) {
  const program = 'node_modules/@graphql-hive/gateway/dist/bin.js'
  start([program, 'supergraph', '--config-path', 'gateway.config.ts'])
  if (await isReady(new URL('/readiness', gateway))) console.log(`The federation is ready: ${gateway}`)
} else if (!stopping.signal.aborted) {
  process.exitCode = 1
  stop()
}
