import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { normaliseAddress } from '../../src/http/request/client-address.ts'
import { clientNetwork } from '../../src/lib/network/client-network.ts'
import type { Actor } from '../support/actor.ts'
import { outcomeOf } from '../support/answers.ts'
import { actorAt, aliases, freshAddress, limitedApps } from '../support/limits.ts'
import { writeMmdb } from '../support/mmdb.ts'
import { noteCounts } from '../support/noted-counts.ts'
import { askLogin } from '../support/people.ts'
import { freshEmail, type TestApp } from '../support/test-app.ts'

const open = limitedApps()
const folder = mkdtempSync(join(tmpdir(), 'floods-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A service that refuses the second query of an address, and blocks after ten refusals. */
async function strict(env: Readonly<Record<string, string>> = {}) {
  const counted: string[] = []
  const test = await open(
    { RATE_LIMIT_QUERY: '1/1h', FLOOD_REFUSALS: '10', FLOOD_BLOCK_SECONDS: '60', ...env },
    { infrastructure: (opened) => ({ ...opened, metrics: noteCounts(counted) }) },
  )
  return { test, counted }
}

const ask = (actor: Actor) => actor.ask('{ me { id } }')

/** Goes on until so many calls were refused. */
async function flood(actor: Actor, refusals: number): Promise<void> {
  while (refusals > 0) {
    const answer = await actor.ask(aliases(Math.min(refusals, 10)))
    refusals -= answer.errors.filter(({ extensions }) => extensions.code === 'RATE_LIMITED').length
  }
}

const blocked = async (actor: Actor) => (await ask(actor)).status === 429

describe('an address whose calls keep being refused', () => {
  it('is blocked: 429 with Retry-After, as GraphQL clients can read it', async () => {
    const { test, counted } = await strict()
    const actor = actorAt(test)
    await flood(actor, 10)
    const { status, headers, errors } = await ask(actor)
    expect([status, headers.get('retry-after')]).toEqual([429, '60'])
    expect(errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 60 })
    expect(counted.filter((line) => line === 'flood_blocked flood')).toHaveLength(1)
    expect(counted.filter((line) => line === 'rate_limited query')).toHaveLength(10)
  })

  it('is blocked by a single document of aliases', async () => {
    const { test } = await strict()
    const actor = actorAt(test)
    const { status, errors } = await actor.ask(aliases(11))
    expect([status, errors.length]).toEqual([200, 10])
    expect(await blocked(actor)).toBe(true)
  })

  it('is blocked for requests that cannot be parsed', async () => {
    const { test } = await strict({ RATE_LIMIT_ALL: '5/1m' })
    const actor = actorAt(test)
    const statuses = []
    for (let count = 0; count < 16; count += 1)
      statuses.push((await actor.send({ query: `{{{ ${count}` })).status)
    expect(statuses.slice(5)).toEqual(new Array(11).fill(429))
    expect(test.log.filter((line) => line.includes('an address was blocked: '))).toHaveLength(1)
    expect(await blocked(actor)).toBe(true)
  })

  it('is blocked for hitting a locked account', async () => {
    const { test } = await strict({ FLOOD_REFUSALS: '3', LOCKOUT_FAILURES: '3' })
    const actor = actorAt(test)
    const identifier = freshEmail()
    const answers = []
    for (let count = 0; count < 5; count += 1) answers.push((await askLogin(actor, identifier)).__typename)
    expect(answers.at(-1)).toBe('AccountLockedProblem')
    expect(await blocked(actor)).toBe(true)
  })

  it('is not read: neither its body nor its cookies', async () => {
    const { test } = await strict()
    const address = freshAddress()
    await flood(actorAt(test, address), 10)
    let read = false
    const body = new ReadableStream(
      {
        pull: (controller) => {
          read = true
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body,
      duplex: 'half',
    }
    const request = new Request(new URL('/graphql', test.config.server.publicUrl), init)
    const response = await test.app.fetch(request, { peerAddress: '192.0.2.7' })
    expect([response.status, read]).toEqual([429, false])
    // Nobody knows how long that body is: it goes down with its connection.
    expect(response.headers.get('connection')).toBe('close')
  })

  it('is let in when the block is over, and blocked for twice as long the next time, up to an hour', async () => {
    const { test } = await strict({ RATE_LIMIT_QUERY: '1/1d' })
    const actor = actorAt(test)
    const spans = []
    for (let block = 0; block < 8; block += 1) {
      await flood(actor, 10)
      const seconds = Number((await ask(actor)).headers.get('retry-after'))
      spans.push(seconds)
      test.clock.advance(seconds - 1)
      expect(await blocked(actor)).toBe(true)
      test.clock.advance(1)
      expect(await blocked(actor)).toBe(false)
    }
    expect(spans).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600])
  })

  it('begins anew after a day', async () => {
    const { test } = await strict({ RATE_LIMIT_QUERY: '1/1d' })
    const actor = actorAt(test)
    await flood(actor, 10)
    test.clock.advance(60 + 86_400)
    await ask(actor)
    await flood(actor, 10)
    expect((await ask(actor)).headers.get('retry-after')).toBe('60')
  })

  it('is reported to operators once, without its host', async () => {
    const { test } = await strict()
    const address = freshAddress()
    const actor = actorAt(test, address)
    await flood(actor, 10)
    for (let count = 0; count < 5; count += 1) await ask(actor)
    const lines = test.log.filter((line) => line.includes('an address was blocked: '))
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      address: clientNetwork(normaliseAddress(address) ?? ''),
      seconds: 60,
      blocks: 1,
    })
  })
})

describe('no other address is blocked', () => {
  it('for a few refusals, or for many over a long time', async () => {
    const { test } = await strict({ RATE_LIMIT_QUERY: '1/1d' })
    const actor = actorAt(test)
    await ask(actor)
    for (let count = 0; count < 30; count += 1) {
      await flood(actor, 2)
      test.clock.advance(15)
      expect(await blocked(actor)).toBe(false)
      test.clock.advance(15)
    }
  })

  it('in another /64, while its own /64 is', async () => {
    const { test } = await strict()
    const address = freshAddress()
    await flood(actorAt(test, address), 10)
    expect(await blocked(actorAt(test, address.replace(/::1$/, ':a:b:c:d')))).toBe(true)
    expect(await blocked(actorAt(test))).toBe(false)
  })

  it('behind a gateway that sends no address, or among ALLOWED_ADDRESSES', async () => {
    const monitor = freshAddress()
    const { test } = await strict({ RATE_LIMIT_UNKNOWN_ADDRESS: '1/1h', ALLOWED_ADDRESSES: monitor })
    const gateway = test.actor()
    await flood(gateway, 30)
    expect(await blocked(gateway)).toBe(false)
    const allowed = actorAt(test, monitor)
    for (let count = 0; count < 30; count += 1) await ask(allowed)
    expect(outcomeOf(await ask(allowed))).toBe('answered')
    // Limits that are not counted by address apply to it as well; its neighbours are not blocked for that.
    const identifier = freshEmail()
    for (let count = 0; count < 20; count += 1) await askLogin(allowed, identifier)
    expect((await askLogin(allowed, identifier)).__typename).toMatch(/Limited|Locked/)
    expect(await blocked(actorAt(test, monitor.replace(/::1$/, '::2')))).toBe(false)
  })

  it('from health checks and keys', async () => {
    const { test } = await strict()
    const address = freshAddress()
    await flood(actorAt(test, address), 10)
    const status = async (path: string) => {
      const url = new URL(path, test.config.server.publicUrl)
      const request = new Request(url, { headers: { 'x-forwarded-for': address } })
      return (await test.app.fetch(request, { peerAddress: '192.0.2.7' })).status
    }
    expect(await status('/health/live')).toBe(200)
    expect(await status('/.well-known/jwks.json')).toBe(200)
    expect(await status('/graphql?query={me{id}}')).toBe(429)
  })

  it('with RATE_LIMITS=off', async () => {
    const { test } = await strict({ RATE_LIMITS: 'off' })
    const actor = actorAt(test)
    for (let count = 0; count < 5; count += 1) await actor.ask(aliases(30))
    expect(await blocked(actor)).toBe(false)
  })
})

describe('a client with a whole /48 that fills the memory with counters that last an hour', () => {
  it.runIf(inject('backend') === 'embedded')('prevents no sign-in for longer than it continues', async () => {
    const test = await open({ RATE_LIMIT_COUNTERS: '200' })
    let made = 0
    const reset = () => `a${made}: requestPasswordReset(input: { email: "made up ${made++}" }) { __typename }`
    const resets = () => `mutation { ${Array.from({ length: 10 }, reset)} }`
    for (let minute = 0; minute < 2; minute += 1) {
      for (let network = 0; network < 20; network += 1) await actorAt(test).ask(resets())
      test.clock.advance(61)
    }
    const ada = await askLogin(actorAt(test), freshEmail())
    expect(ada.code).toBe('INVALID_CREDENTIALS')
  })
})

describe('addresses that are not served', () => {
  const answerTo = async (test: TestApp, address: string | null) => {
    const actor = address === null ? test.actor() : actorAt(test, address)
    const { status, errors } = await ask(actor)
    return errors.length === 0 ? status : `${status} ${errors[0]?.extensions.code}`
  }

  it('are those of DENIED_ADDRESSES, unless they are allowed', async () => {
    const test = await open({
      DENIED_ADDRESSES: '203.0.113.0/24,2001:db8:dead::/48',
      ALLOWED_ADDRESSES: '203.0.113.7',
    })
    expect(await answerTo(test, '203.0.113.1')).toBe('403 FORBIDDEN')
    expect(await answerTo(test, '::ffff:203.0.113.1')).toBe('403 FORBIDDEN')
    expect(await answerTo(test, '2001:db8:dead:1::1')).toBe('403 FORBIDDEN')
    expect(await answerTo(test, '203.0.113.7')).toBe(200)
    expect(await answerTo(test, '203.0.112.255')).toBe(200)
    expect(await answerTo(test, null)).toBe(200)
  })

  const database = join(folder, 'places.mmdb')
  writeFileSync(
    database,
    writeMmdb({
      '203.0.113.0/24': { country: 'DE' },
      '2001:db8:1::/48': { country: 'NZ' },
      '192.0.0.0/24': {},
    }),
  )

  it('are those of DENIED_COUNTRIES; unknown places are served', async () => {
    const test = await open({ GEOIP_DATABASE: database, DENIED_COUNTRIES: 'nz,fr' })
    expect(await answerTo(test, '2001:db8:1::1')).toBe('403 FORBIDDEN')
    expect(await answerTo(test, '203.0.113.1')).toBe(200)
    expect(await answerTo(test, '198.51.100.1')).toBe(200)
    expect(await answerTo(test, '192.0.0.1')).toBe(200)
  })

  it('are those outside of ALLOWED_COUNTRIES, unknown places too; private and untold addresses are served', async () => {
    const test = await open({
      GEOIP_DATABASE: database,
      ALLOWED_COUNTRIES: 'DE',
      ALLOWED_ADDRESSES: '198.51.100.2',
    })
    expect(await answerTo(test, '203.0.113.1')).toBe(200)
    for (const address of ['2001:db8:1::1', '198.51.100.1', '192.0.0.1'])
      expect([address, await answerTo(test, address)]).toEqual([address, '403 FORBIDDEN'])
    for (const address of ['10.1.2.3', '127.0.0.1', '::1', 'fd00::1', '198.51.100.2', null])
      expect([address, await answerTo(test, address)]).toEqual([address, 200])
  })
})
