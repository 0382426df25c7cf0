import { describe, expect, it } from 'vitest'
import type { Actor } from '../support/actor.ts'
import { outcomeOf } from '../support/answers.ts'
import { actorAt, budgetsOf, freshAddress, limitedApps } from '../support/limits.ts'
import { freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const open = limitedApps()

/** One call that is counted by address; answers how many are left. */
async function left(actor: Actor, headers: Readonly<Record<string, string>> = {}): Promise<number | string> {
  const answer = await actor.ask(
    'mutation { verifyEmail(input: { token: "none" }) { __typename } }',
    {},
    headers,
  )
  const outcome = outcomeOf(answer)
  return outcome === 'InvalidTokenProblem'
    ? (budgetsOf(answer).oneTimeToken?.remaining ?? 'not counted')
    : outcome
}

const limit = { RATE_LIMIT_ONE_TIME_TOKEN: '10/1h' }

/** A service that trusts no proxy, called from an address of its own with this X-Forwarded-For. */
async function direct() {
  const test = await open({ ...limit, TRUSTED_PROXIES: '198.51.100.1' })
  const peerAddress = freshAddress()
  return async (forwardedFor: string) => {
    const request = new Request(new URL('/graphql', test.config.server.publicUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor },
      body: JSON.stringify({ query: 'mutation { verifyEmail(input: { token: "none" }) { __typename } }' }),
    })
    const response = await test.app.fetch(request, { peerAddress })
    return budgetsOf(response).oneTimeToken?.remaining
  }
}

describe('a forged X-Forwarded-For', () => {
  it('from a client that is no proxy has no effect', async () => {
    const ask = await direct()
    const seen = []
    for (let count = 0; count < 5; count += 1) seen.push(await ask(`203.0.113.${count}`))
    expect(seen).toEqual([9, 8, 7, 6, 5])
  })

  it('with a hundred addresses changes nothing either', async () => {
    const hundred = (seed: number) =>
      Array.from({ length: 100 }, (_, index) => `203.0.113.${(index + seed) % 256}`).join(', ')
    const ask = await direct()
    expect([await ask(hundred(1)), await ask(hundred(2))]).toEqual([9, 8])

    const test = await open(limit)
    const address = freshAddress()
    expect(await left(actorAt(test, `${hundred(1)}, ${address}`))).toBe(9)
    expect(await left(actorAt(test, `${hundred(2)}, ${address}`))).toBe(8)
    expect(await left(actorAt(test, `${hundred(3)}, ${address}, 192.0.2.7`))).toBe(7)
  })

  it('of a length that no proxy writes hides no client', async () => {
    const test = await open({ ...limit, DENIED_ADDRESSES: '198.51.100.0/24' })
    const padding = '203.0.113.1, '.repeat(1000)
    const address = freshAddress()
    expect(await left(actorAt(test, address))).toBe(9)
    expect(await left(actorAt(test, `${padding}${address}`))).toBe(8)
    expect(await left(actorAt(test, `203.0.113.1,${' '.repeat(8000)}${address}`))).toBe(7)
    expect(await left(actorAt(test, `${padding}198.51.100.9`))).toBe('FORBIDDEN')
  })

  it.each([
    ['that is no address', 'unknown'],
    ['that is empty', ' '],
    ['with a name', 'localhost'],
    ['with an address too much', '203.0.113.1.1'],
  ])(
    '%s leaves the address unknown, with the budget that is for all of those',
    async (_name, forwardedFor) => {
      const test = await open(limit)
      const answer = await actorAt(test, forwardedFor).ask('{ me { id } }')
      expect(Object.keys(budgetsOf(answer))).toEqual(['unknownAddress'])
    },
  )
})

describe('an address that is not known', () => {
  it('is no address: clients behind a gateway do not share a budget by address', async () => {
    const test = await open({ ...limit, RATE_LIMIT_ALL: '1/1h', RATE_LIMIT_QUERY: '1/1h' })
    const gateway = test.actor()
    for (let count = 0; count < 12; count += 1) expect(await left(gateway)).toBe('not counted')
    expect(outcomeOf(await gateway.ask('{ me { id } }'))).toBe('answered')
    expect(await left(actorAt(test))).toBe(9)
  })

  it('does not hide who is guessed at', async () => {
    const test = await open({ RATE_LIMIT_LOGIN_IDENTIFIER: '2/1h' })
    const input = { identifier: freshEmail(), password: goodPassword }
    const guess = () =>
      test.actor().ask('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', { input })
    await guess()
    await guess()
    expect(outcomeOf(await guess())).toBe('AuthRateLimitedProblem')
  })
})

describe('an address', () => {
  it('of IPv4 is the same inside IPv6', async () => {
    const test = await open(limit)
    const [c, d] = [Math.floor(Math.random() * 256), Math.floor(Math.random() * 256)]
    const spellings = [
      `198.18.${c}.${d}`,
      `::ffff:198.18.${c}.${d}`,
      `::FFFF:${((198 << 8) | 18).toString(16)}:${((c << 8) | d).toString(16)}`,
      `[::ffff:198.18.${c}.${d}]:4711`,
      `198.18.${c}.${d}:80`,
    ]
    const seen = []
    for (const spelling of spellings) seen.push(await left(actorAt(test, spelling)))
    expect(seen).toEqual([9, 8, 7, 6, 5])
    expect(await left(actorAt(test, `198.18.${c}.${(d + 1) % 256}`))).toBe(9)
  })

  it('of IPv6 stands for its /64, and for no other', async () => {
    const test = await open(limit)
    const network = freshAddress().replace(/::1$/, '')
    const spellings = ['::1', ':ffff:ffff:ffff:ffff', ':a:b:c:d', '::2%eth0', '::DEAD']
    const seen = []
    for (const host of spellings) seen.push(await left(actorAt(test, `${network}${host}`)))
    expect(seen).toEqual([9, 8, 7, 6, 5])
    const [, , a = '', b = ''] = network.split(':')
    const next = ((Number.parseInt(b, 16) + 1) % 65536).toString(16)
    expect(await left(actorAt(test, `2001:db8:${a}:${next}::1`))).toBe(9)
  })

  it('behind NAT64 is the one that was translated', async () => {
    const test = await open(limit)
    const host = freshAddress().split(':').slice(2, 4).join(':')
    expect(await left(actorAt(test, `64:ff9b::${host}`))).toBe(9)
    expect(await left(actorAt(test, `64:ff9b::${host}`))).toBe(8)
    expect(
      await left(actorAt(test, `64:ff9b::${host.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}`)),
    ).toBe(9)
  })
})

describe('an absurd User-Agent', () => {
  const agents = {
    'of 10 kB': 'x'.repeat(10_000),
    'with characters that turn the direction of text': 'safari \u202e\u2066gnp.exe\u2069',
    'with colours for a terminal': 'curl\u001b[31m\u001b]0;owned\u0007',
  }

  it.each(Object.entries(agents))(
    '%s is counted like any other, and logged without what it could do',
    async (_name, agent) => {
      const test = await open(limit)
      const actor = actorAt(test)
      expect(await left(actor)).toBe(9)
      // Node's HTTP parser hands bytes over as Latin-1.
      const written = Buffer.from(agent).toString('latin1')
      expect(await left(actor, { 'user-agent': written })).toBe(8)
      expect(test.log).not.toEqual([])
      for (const line of test.log) expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    },
  )

  it('cannot hold a NUL', async () => {
    const test = await open(limit)
    expect(() => new Headers({ 'user-agent': 'a\0b' })).toThrow()
    expect(await left(actorAt(test))).toBe(9)
  })
})

describe('identifiers', () => {
  const login = (test: TestApp, identifier: string, tenant?: string) =>
    actorAt(test).ask('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', {
      input: { identifier, password: goodPassword, tenant },
    })

  it('never share a bucket by how they are put together', async () => {
    const test = await open({ RATE_LIMIT_LOGIN_IDENTIFIER: '1/1h' })
    const name = freshEmail()
    const pairs: [string, string][] = [
      ['a', `b${name}`],
      ['ab', name],
      ['a\0b', name],
      ['a', `\0b${name}`],
      ['1:a', name],
      ['a', `1:${name}`],
    ]
    for (const [tenant, identifier] of pairs)
      expect(outcomeOf(await login(test, identifier, tenant))).not.toBe('AuthRateLimitedProblem')
    for (const [tenant, identifier] of pairs)
      expect(outcomeOf(await login(test, identifier, tenant))).toBe('AuthRateLimitedProblem')
  })

  it('of any length and with any characters are counted', async () => {
    const test = await open({ RATE_LIMIT_LOGIN_IDENTIFIER: '1/1h' })
    for (const identifier of [
      `${'x'.repeat(10_000)}${freshEmail()}`,
      `\u202e${freshEmail()}`,
      `\ud800${freshEmail()}`,
    ]) {
      expect(outcomeOf(await login(test, identifier))).not.toBe('AuthRateLimitedProblem')
      expect(outcomeOf(await login(test, identifier))).toBe('AuthRateLimitedProblem')
    }
  })

  it('and addresses are not in the log of limits', async () => {
    const test = await open({ RATE_LIMIT_LOGIN_IDENTIFIER: '1/1h' })
    const email = freshEmail()
    await login(test, email)
    await login(test, email)
    expect(test.log.some((line) => line.includes('"limitedBy":"loginIdentifier"'))).toBe(true)
    expect(test.log.join('')).not.toContain(email)
  })
})
