import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { signUp, tryLogin } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { openServerTestDatabase, type ServerTestDatabase } from '../support/test-database.ts'

let database: ServerTestDatabase
beforeAll(async () => {
  database = await openServerTestDatabase()
})
afterAll(() => database.close())

const start = () => ServiceProcess.start({ DATABASE_URL: database.url, RATE_LIMITS: 'off' })
const count = (type: string) => database.client.auditEvent.count({ where: { type } })

/** Fails and succeeds to sign in, over and over. */
class Attempts {
  /** When each failure was answered. */
  readonly failures: number[] = []
  successes = 0
  #over = false
  readonly #running: Promise<unknown>

  constructor(service: ServiceProcess, email: string) {
    // The kill cuts what is on its way.
    this.#running = Promise.allSettled([
      this.#guess(service),
      this.#guess(service),
      this.#sign(service, email),
    ])
  }

  stop(): Promise<unknown> {
    this.#over = true
    return this.#running
  }

  async #guess(service: ServiceProcess): Promise<void> {
    while (!this.#over) {
      await tryLogin(service.actor(), `nobody-${this.failures.length}@example.com`, 'wrong-password')
      this.failures.push(performance.now())
    }
  }

  async #sign(service: ServiceProcess, email: string): Promise<void> {
    while (!this.#over) {
      const answer = await tryLogin(service.actor(), email)
      if (answer.errors.length === 0) this.successes += 1
    }
  }
}

describe('the audit log of a process', () => {
  it('that is killed misses at most a second of failures, and nothing of transactions', async () => {
    for (let round = 0; round < 3; round += 1) {
      const service = await start()
      const { email } = await signUp(service.actor())
      const before = { failed: await count('LOGIN_FAILED'), succeeded: await count('LOGIN_SUCCEEDED') }
      const attempts = new Attempts(service, email)
      await eventually(() => expect(attempts.failures.length).toBeGreaterThan(20))
      await sleep(1000 + 170 * round)
      const killedAt = performance.now()
      await service.stop('SIGKILL')
      await attempts.stop()
      const old = attempts.failures.filter((at) => at < killedAt - 1000).length
      expect(old).toBeGreaterThan(20)
      expect((await count('LOGIN_FAILED')) - before.failed).toBeGreaterThanOrEqual(old)
      expect(attempts.successes).toBeGreaterThan(0)
      expect((await count('LOGIN_SUCCEEDED')) - before.succeeded).toBeGreaterThanOrEqual(attempts.successes)
    }
  })

  it('that is stopped misses nothing', async () => {
    const before = await count('LOGIN_FAILED')
    const service = await start()
    for (let guess = 0; guess < 5; guess += 1)
      await tryLogin(service.actor(), `nobody-${guess}@example.com`, 'wrong-password')
    expect(await service.stop('SIGTERM')).toMatchObject({ code: 0 })
    expect((await count('LOGIN_FAILED')) - before).toBe(5)
  })
})
