import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Client } from 'pg'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openBreachApi } from '../support/breach-api.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { signUp } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'
import { reportFault } from './support/fault-report.ts'

/** How the mail server behaves, in turn: it is not there, says "later", accepts connections in silence, takes three seconds. */
const moods = ['down', 'greylisting', 'hanging', 'slow', 'well'] as const
type Mood = (typeof moods)[number]
const perMood = 6

let database: Awaited<ReturnType<typeof createServerDatabase>>
let sql: Client
let port: number
const arrived = new Map<string, number>()
beforeAll(async () => {
  database = await createServerDatabase()
  sql = new Client({ connectionString: database.url })
  await sql.connect()
  port = await freePort()
})
afterAll(async () => {
  await sql.end()
  await database.drop()
})

/** A mail server of this mood on the port. Returns how to stop it. */
async function mailServer(mood: Mood): Promise<() => Promise<void>> {
  if (mood === 'down') return async () => undefined
  if (mood === 'hanging') {
    const sockets = new Set<Socket>()
    return listen(
      createServer((socket) => sockets.add(socket.on('error', () => undefined))),
      sockets,
    )
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, callback) {
      if (mood === 'greylisting')
        callback(Object.assign(new Error('Greylisted, try again later'), { responseCode: 451 }))
      else callback()
    },
    async onData(stream, _session, callback) {
      let raw = ''
      for await (const chunk of stream) raw += chunk
      const id = /^Message-ID: <([^@]+)@/m.exec(raw)?.[1] ?? ''
      arrived.set(id, (arrived.get(id) ?? 0) + 1)
      setTimeout(callback, mood === 'slow' ? 3000 : 0)
    },
  })
  server.on('error', () => undefined)
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return () => new Promise((resolve) => void server.close(() => resolve()))
}

async function listen(server: Server, sockets: ReadonlySet<Socket>): Promise<() => Promise<void>> {
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}

describe('F13: a mail server that is down, greylists, hangs or is slow', () => {
  it('delays no registration, and every mail arrives later, once', async () => {
    const service = await ServiceProcess.start({
      DATABASE_URL: database.url,
      REDIS_URL: inject('redisUrl') ?? '',
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: 'auth@example.com',
    })
    const medianMs: Record<string, number> = {}
    // The first registrations of a process are slower.
    for (let at = 0; at < perMood; at += 1) await signUp(service.actor())
    const emails: string[] = []
    for (const mood of moods) {
      const stop = await mailServer(mood)
      const timesMs: number[] = []
      for (let at = 0; at < perMood; at += 1) {
        const startedMs = performance.now()
        emails.push((await signUp(service.actor())).email)
        timesMs.push(performance.now() - startedMs)
      }
      medianMs[`registration ms, ${mood}`] = timesMs.sort((a, b) => a - b)[perMood / 2] ?? 0
      expect(await service.readiness()).toBe(200)
      await stop()
    }
    const stop = await mailServer('well')
    // As if the pauses between attempts, up to hours, were over.
    const waiting = async () => {
      await sql.query(
        `UPDATE mail_messages SET next_attempt_at = now() WHERE state = 'QUEUED' AND next_attempt_at > now()`,
      )
      const { rows } = await sql.query(
        `SELECT count(*)::int AS total FROM mail_messages WHERE state = 'QUEUED'`,
      )
      return rows[0]?.total
    }
    await eventually(async () => expect(await waiting()).toBe(0), { everyMs: 500 })
    await stop()
    const { rows } = await sql.query('SELECT state, count(*)::int AS total FROM mail_messages GROUP BY state')
    expect(rows).toEqual([{ state: 'SENT', total: expect.any(Number) }])
    expect(arrived.size).toBe(rows[0]?.total)
    expect(arrived.size).toBeGreaterThanOrEqual(emails.length)
    reportFault('F13 mail server', {
      ...medianMs,
      mails: arrived.size,
      lost: 0,
      'arrived twice': [...arrived.values()].filter((times) => times > 1).length,
    })
    await service.stop('SIGTERM')
  })
})

describe('F14: a breach list that is slow, then down', () => {
  it('delays few registrations, then none, and the skipped check is recorded', async () => {
    const api = await openBreachApi([])
    const service = await ServiceProcess.start({
      DATABASE_URL: database.url,
      REDIS_URL: inject('redisUrl') ?? '',
      BREACH_CHECK: 'on',
      BREACH_API_URL: api.url,
    })
    const slowestMs: Record<string, number> = {}
    for (const mood of ['well', 'slow', 'failing'] as const) {
      api.mood = mood
      const timesMs: number[] = []
      for (let at = 0; at < perMood; at += 1) {
        const startedMs = performance.now()
        await signUp(service.actor())
        timesMs.push(performance.now() - startedMs)
      }
      slowestMs[`slowest registration ms, ${mood}`] = Math.max(...timesMs)
      slowestMs[`last registration ms, ${mood}`] = timesMs.at(-1) ?? 0
    }
    await api.close()
    await signUp(service.actor())
    const skipped = await eventually(async () => {
      const { rows } = await sql.query(
        `SELECT count(*)::int AS total FROM audit_events WHERE details ->> 'breachCheck' = 'skipped'`,
      )
      expect(rows[0]?.total).toBeGreaterThan(0)
      return rows[0]?.total
    })
    reportFault('F14 breach list', { ...slowestMs, 'skipped checks recorded': skipped })
    await service.stop('SIGTERM')
  })
})
