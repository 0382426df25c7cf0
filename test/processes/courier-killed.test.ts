import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { MailComposer } from '../../src/domain/mail/mail-composer.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { eventually } from '../support/eventually.ts'
import { openServerTestDatabase, type ServerTestDatabase } from '../support/test-database.ts'

/** COURIER_MAILS=500 COURIER_KILLS=30 is the long form. */
const mails = Number(process.env.COURIER_MAILS ?? 60)
const kills = Number(process.env.COURIER_KILLS ?? 4)
const claimSeconds = 3
const masterKey = Buffer.from('gatehouse tests: a master key 32').toString('base64')
const program = fileURLToPath(new URL('../support/run-courier.ts', import.meta.url))

let database: ServerTestDatabase
let smtpUrl: string
/** How often each Message-ID arrived, and for which recipient. */
const arrivals = new Map<string, { times: number; to: Set<string> }>()
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  async onData(stream, session, callback) {
    let raw = ''
    try {
      for await (const chunk of stream) raw += chunk
    } catch {
      return callback(new Error('cut off'))
    }
    const id = /^Message-ID: <([^@]+)@/m.exec(raw)?.[1] ?? ''
    const arrival = arrivals.get(id) ?? { times: 0, to: new Set() }
    arrival.times += 1
    for (const { address } of session.envelope.rcptTo) arrival.to.add(address)
    arrivals.set(id, arrival)
    setTimeout(callback, randomInt(5, 120))
  },
})

beforeAll(async () => {
  database = await openServerTestDatabase()
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  smtpUrl = `smtp://127.0.0.1:${address.port}`
})
afterAll(async () => {
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  await database.close()
})

async function startCourier(): Promise<ChildProcess> {
  const args = ['--import', 'tsx', program, database.url, smtpUrl, masterKey, String(claimSeconds)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const waiting = { where: { state: 'QUEUED' } } as const

it(`brings each of ${mails} mails home although it is killed ${kills} times; only what it was sending arrives again`, {
  timeout: 60_000 + kills * 10_000 + mails * 200,
}, async () => {
  const sealer = new AesSealer(new Secret(masterKey))
  const composer = new MailComposer({ sealer, ids: createIds(systemClock), clock: systemClock })
  const { mail: store } = createStores(database.client)
  const addressOf = new Map<string, string>()
  for (let index = 0; index < mails; index += 1) {
    const to = { email: `person-${index}@example.com`, name: null }
    const queued = composer.compose({ to, mail: { kind: 'PASSWORD_CHANGED' }, tokens: [] }, null)
    addressOf.set(queued.id, to.email)
    await store.enqueue(queued)
  }
  const timesInFlight = new Map<string, number>()
  let killed = 0
  while (killed < kills && (await database.client.mailMessage.count(waiting)) > 0) {
    const seen = arrivals.size
    const courier = await startCourier()
    await eventually(() => expect(arrivals.size).toBeGreaterThan(Math.min(seen, mails - 1)))
    await new Promise((resolve) => setTimeout(resolve, randomInt(0, 150)))
    await kill(courier)
    killed += 1
    const inFlight = await database.client.mailMessage.findMany({
      where: { state: 'QUEUED', claimedUntil: { gt: new Date(0) } },
      select: { id: true },
    })
    for (const { id } of inFlight) timesInFlight.set(id, (timesInFlight.get(id) ?? 0) + 1)
  }
  const last = await startCourier()
  await eventually(async () => expect(await database.client.mailMessage.count(waiting)).toBe(0), {
    everyMs: 200,
  })
  await kill(last)

  expect(killed).toBeGreaterThan(0)
  expect(new Set(arrivals.keys())).toEqual(new Set(addressOf.keys()))
  for (const [id, { times, to }] of arrivals) {
    expect([...to]).toEqual([addressOf.get(id)])
    expect(times).toBeLessThanOrEqual(1 + (timesInFlight.get(id) ?? 0))
  }
  expect(await database.client.mailMessage.count({ where: { state: 'SENT' } })).toBe(mails)
})
