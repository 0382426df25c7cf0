import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openPostgresDatabase } from '../../src/adapters/prisma/server/postgres-database.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { eventually } from '../support/eventually.ts'
import { type Program, ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase, patientLimits } from '../support/test-database.ts'
import { buildEarlierVersion, whyNoEarlierVersion } from './support/earlier-version.ts'
import { reportFault } from './support/fault-report.ts'
import { MixedClient, type Tally, type Version } from './support/mixed-client.ts'

const missing = whyNoEarlierVersion()
if (missing !== null) console.warn(`THE UPGRADE FROM VERSION 0.1 IS NOT TESTED: ${missing}`)

const clients = 12
const mixedSeconds = Number(process.env.UPGRADE_SECONDS ?? '60')

describe.skipIf(missing !== null)('an upgrade from version 0.1 while it serves', () => {
  let server: Awaited<ReturnType<typeof createServerDatabase>>
  let earlier: { program: Program; remove: () => Promise<void> }
  const running: ServiceProcess[] = []
  beforeAll(async () => {
    server = await createServerDatabase({ migrated: false })
    earlier = await buildEarlierVersion()
  })
  afterAll(async () => {
    for (const service of running) await service.stop('SIGKILL')
    await server.drop()
    await earlier.remove()
  })

  async function start(
    name: string,
    env: Readonly<Record<string, string>>,
    program?: Program,
  ): Promise<Version> {
    const service = await ServiceProcess.start(
      {
        DATABASE_URL: server.url,
        REDIS_URL: inject('redisUrl') ?? '',
        REDIS_TIMEOUT_MS: '10000',
        MASTER_KEY: masterKey,
        REPLICAS: '2',
        ...env,
      },
      program,
    )
    running.push(service)
    return { name, service }
  }
  const masterKey = randomBytes(32).toString('base64')

  it('fails no call of either version, and what one version ends the other refuses', async () => {
    const old = await start('old', { MIGRATE_ON_START: 'on' }, earlier.program)
    let versions: readonly Version[] = [old]
    let calls = 0
    const choose = (): Version => {
      calls += 1
      return versions[calls % versions.length] ?? old
    }
    let tally: Tally = new Map()
    const note = {
      set: (...entry: [string, number]) => tally.set(...entry),
      get: (key: string) => tally.get(key),
    }
    const people = Array.from({ length: clients }, () => new MixedClient(choose, note))
    for (const person of people) expect(await person.register()).toBe('RegisterSuccess')

    let stopped = false
    const ended: string[] = []
    const use = async (person: MixedClient): Promise<void> => {
      for (let round = 0; !stopped; round += 1) {
        await person.refresh()
        await person.read('me')
        await person.read('sessions')
        if (round % 5 !== 4) continue
        const outcome = await person.read('logout')
        if (expected.test(outcome)) ended.push(person.accessToken)
        // A client that is refused tries again.
        while ((await person.login()) !== 'LoginSuccess') await pause(0.2)
      }
    }
    const traffic = Promise.all(people.map(use))
    const phase = (): Tally => {
      const past = tally
      tally = new Map()
      return past
    }

    await pause(5)
    const alone = phase()
    const database = openPostgresDatabase({
      url: server.url,
      directUrl: server.url,
      poolMin: 0,
      poolMax: 2,
      logger: silentLogger,
      limits: patientLimits,
    })
    const startedMs = performance.now()
    const applied = await database.migrate()
    await database.normaliseAddresses()
    const migrationMs = performance.now() - startedMs
    const present = await start('new', { MFA: 'off' })
    const during = phase()
    versions = [old, present]
    await pause(mixedSeconds)
    const mixed = phase()
    stopped = true
    await traffic

    // Each version refuses what the other one has ended.
    const checker = {
      old: new MixedClient(() => old, new Map()),
      new: new MixedClient(() => present, new Map()),
    }
    const latest = ended.slice(-20)
    for (const token of latest)
      for (const client of Object.values(checker))
        await eventually(async () => expect(await client.read('me', token)).toBe('UNAUTHENTICATED'))

    await old.service.stop()
    versions = [present]
    await database.migrate()
    const after: string[] = []
    for (const person of people) after.push(await person.refresh())
    await database.close()

    for (const [name, counted] of Object.entries({ alone, during, mixed }))
      reportFault(`Upgrade from 0.1: ${name}`, figuresOf(counted))
    reportFault('Upgrade from 0.1: migrations', { applied: applied.length, ms: migrationMs })
    expect(applied.length).toBeGreaterThan(10)
    expect(failuresOf(alone)).toEqual({})
    expect(failuresOf(mixed)).toEqual({})
    // A call that waits for a table that a migration changes may be refused, and repeated.
    for (const failure of Object.keys(failuresOf(during))) expect(failure).toMatch(/UNAVAILABLE$/)
    expect(after).toEqual(people.map(() => 'RefreshSuccess'))
  })
})

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const expected = /(Success|Payload|LoggedOut|answered)$/

function failuresOf(tally: Tally): Record<string, number> {
  return Object.fromEntries([...tally].filter(([name]) => !expected.test(name)))
}

function figuresOf(tally: Tally): Record<string, number> {
  const total = (of: Iterable<number>) => [...of].reduce((sum, count) => sum + count, 0)
  return {
    calls: total(tally.values()),
    failures: total(Object.values(failuresOf(tally))),
    ...failuresOf(tally),
  }
}
