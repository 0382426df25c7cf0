// Exits with 0 when the server at a URL responds, or with 1 after the given number of seconds (0: one try).
//   node scripts/probe-server.mjs postgres://… 20
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { Client } from 'pg'

const [url = '', seconds = '0'] = process.argv.slice(2)
const probe = url.startsWith('redis') ? pingRedis : pingPostgres
const until = Date.now() + Number(seconds) * 1000

let reason = await probe().catch(reasonOf)
while (reason !== null && Date.now() < until) {
  await setTimeout(200)
  reason = await probe().catch(reasonOf)
}
console.log(`${new URL(url).host}: ${reason ?? 'answers'}`)
process.exit(reason === null ? 0 : 1)

/** @returns {Promise<string | null>} the problem, or null */
async function pingPostgres() {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query('SHOW server_version_num')
    return Number(rows[0].server_version_num) >= 150_000 ? null : 'older than PostgreSQL 15'
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** @returns {Promise<string | null>} the problem, or null */
async function pingRedis() {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.ping()
    return null
  } finally {
    client.disconnect()
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  return error instanceof Error && error.message !== '' ? error.message : 'no answer'
}
