// Floors without HTTP: one password hash, one rotation statement, one Redis script. Runs what its parent orders.
import { randomUUID } from 'node:crypto'
import { verify } from '@node-rs/argon2'
import { hash } from 'argon2'
import { Redis } from 'ioredis'
import { password } from '../load/product-client.ts'
import { argon2Parameters, openPeerDatabase } from '../peers/peer-database.ts'
import { openSession, rotateSession } from '../peers/reference-statements.ts'
import { digestOf, newRefreshToken } from '../peers/reference-tokens.ts'
import { createWindow } from '../peers/window-script.ts'
import type { BareOrder } from './bare-order.ts'

const pool = await openPeerDatabase()
const redis = new Redis(process.env.REDIS_URL ?? '', { enableAutoPipelining: true })
const count = await createWindow(redis)
const stored = await hash(password, argon2Parameters)
const { rows: users } = await pool.query('SELECT id FROM users')
const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const tokens: string[] = []

const work = {
  hash: async () => {
    await verify(stored, password)
  },
  script: (slot: number) => count(`bare:${slot}`),
  async rotation(slot: number) {
    const known = tokens[slot]
    const next = newRefreshToken()
    tokens[slot] = next
    if (known === undefined) {
      const userId = users[slot % users.length].id
      await pool.query({ ...openSession, values: [randomUUID(), userId, digestOf(next), '127.0.0.1', agent] })
    } else {
      await pool.query({ ...rotateSession, values: [digestOf(known), digestOf(next), '127.0.0.1', agent] })
    }
  },
}

async function run(name: keyof typeof work, calls: number, atOnce: number) {
  const latencies: number[] = []
  let left = calls
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async (_, slot) => {
      while (left > 0) {
        left -= 1
        const since = performance.now()
        await work[name](slot)
        latencies.push(performance.now() - since)
      }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1000
  return { seconds, latencies: latencies.sort((a, b) => a - b), refused: [], unanswered: 0, refusal: null }
}

process.on('message', async ({ work: name, calls, atOnce }: Partial<BareOrder>) => {
  if (name !== undefined && calls !== undefined && atOnce !== undefined)
    process.send?.({ result: await run(name, calls, atOnce) })
})
// The process has no server. The measurement reads this line as "is ready".
console.log('Works without port 1')
