// Starts Gatehouse and the posts, and the gateway when both are ready. Ctrl-C, or the end of one of them, stops all.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const {
  GATEHOUSE_URL = 'http://localhost:4000/graphql',
  POSTS_PORT = '4001',
  POSTS_URL = 'http://localhost:4001/graphql',
  GATEWAY_PORT = '4002',
  GATEWAY_HOST = '127.0.0.1',
} = process.env
const gatewayUrl = `http://${/^(127\.0\.0\.1|0\.0\.0\.0)$/.test(GATEWAY_HOST) ? 'localhost' : GATEWAY_HOST}:${GATEWAY_PORT}/graphql`
/** The longest time until a program is ready. The first start of Gatehouse creates its database. */
const maxWaitMs = 120_000

/** @type {import('node:child_process').ChildProcess[]} */
const children = []
let isStopping = false

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
  isStopping = true
  for (const child of children) child.kill()
}

/** Waits for a successful response. False if the programs are stopped before it, or if it takes too long: then they are stopped. */
async function isReady(path, base) {
  const url = new URL(path, base)
  const deadline = Date.now() + maxWaitMs
  while (!isStopping && Date.now() < deadline) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
    if (response?.ok) return true
    await sleep(100)
  }
  if (isStopping) return false
  console.error(`${url} is not ready after ${maxWaitMs / 1_000} seconds.`)
  process.exitCode = 1
  stop()
  return false
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
start(['node_modules/gatehouse-auth/bin/gatehouse.js', 'start'])
start(['posts.js'], { PORT: POSTS_PORT })
if ((await isReady('/health/ready', GATEHOUSE_URL)) && (await isReady('/health', POSTS_URL))) {
  const gateway = 'node_modules/@graphql-hive/gateway/dist/bin.js'
  start([gateway, 'supergraph', '--config-path', 'gateway.config.ts'])
  if (await isReady('/readiness', gatewayUrl)) console.log(`The federation is ready: ${gatewayUrl}`)
}
