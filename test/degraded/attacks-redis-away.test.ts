import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultTenantId } from '../../src/domain/access/permissions.ts'
import { wrong } from '../support/guesses.ts'
import { actorAt, aliases, freshAddress } from '../support/limits.ts'
import { loginDocument } from '../support/operations.ts'
import { hasRedisServer } from '../support/own-redis.ts'
import { askLogin, signUp } from '../support/people.ts'
import { RedisOutage, redisOutages } from '../support/redis-outage.ts'
import { freshEmail } from '../support/test-app.ts'

/** What all processes admit together, and what one of two admits besides that counts for itself: half of it, rounded up. */
const failures = { most: 5, share: 3 }
const logins = { most: 30, share: 15 }
const queries = { most: 15, share: 8 }
/**
 * By the lock of the identifier, or by the one of the account, which no answer reveals. A process that Redis answers late
 * can have counted failures of one of them itself.
 */
const refusals = ['ACCOUNT_LOCKED', 'INVALID_CREDENTIALS']
/** Number of different accounts from which operators are alerted. */
const suspicious = 10
const env = {
  LOCKOUT_FAILURES: String(failures.most),
  RATE_LIMIT_LOGIN_ADDRESS: `${logins.most}/1h`,
  RATE_LIMIT_QUERY: `${queries.most}/1h`,
  // Late, so that most of it is what the limits refuse.
  FLOOD_REFUSALS: '250',
  // Of guesses at one account only the lock-out is in the way.
  RATE_LIMIT_LOGIN_IDENTIFIER: '100000/1m',
}

describe.runIf(hasRedisServer()).each(redisOutages)('while Redis is $how in the middle of it,', (kind) => {
  let outage: RedisOutage
  beforeAll(async () => {
    outage = await RedisOutage.open(kind, env)
  })
  afterAll(() => outage.close())
  beforeEach(() => outage.calm())

  const times = <T>(count: number, call: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, call))
  const stranger = () => actorAt(outage.here)

  /** Wrong passwords at once, each from an address of its own; none is an error of the service. */
  const bruteForce = (email: string, addresses: number) =>
    times(addresses, () => askLogin(stranger(), email, wrong))

  it('a brute force from 200 addresses gets the guesses of a lock-out and the share of this process', async () => {
    const { email } = await signUp(stranger())
    const { comparisons } = outage
    await bruteForce(email, 2)
    expect(comparisons.count).toBe(2)

    await Promise.all([bruteForce(email, 50), outage.begin()])
    await bruteForce(email, 50)
    await outage.flap()
    await bruteForce(email, 50)
    await outage.flap()
    await bruteForce(email, 48)
    expect(comparisons.count).toBeLessThanOrEqual(failures.most + failures.share)
    const { count } = comparisons
    expect(await askLogin(stranger(), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(comparisons.count).toBe(count)

    await outage.end('attempts', 'rate limits')
    await bruteForce(email, 20)
    const anew = kind.forgets ? failures.most : 0
    expect(comparisons.count).toBeLessThanOrEqual(failures.most + failures.share + anew)
  })

  it('a list of stolen passwords, tried on 400 accounts from one address, is stopped and reported once or twice', async () => {
    const address = freshAddress()
    const thief = actorAt(outage.here, address)
    const tryAccounts = async (count: number) => {
      const answers = await times(count, () => {
        const identifier = freshEmail('victim')
        return thief.ask(loginDocument, { input: { identifier, password: `St0len-${identifier}` } })
      })
      for (const { status } of answers) expect(status).toBeLessThan(500)
    }
    await tryAccounts(suspicious / 2)
    expect(outage.alerts.of('CREDENTIAL_STUFFING')).toEqual([])

    await Promise.all([tryAccounts(20), outage.begin()])
    await tryAccounts(75)
    await outage.flap()
    await tryAccounts(100)
    await outage.flap()
    await tryAccounts(100)
    await outage.end('attempts', 'rate limits')
    // Blocked by now, even if Redis has lost its counters.
    await tryAccounts(100)
    expect(outage.comparisons.count).toBeLessThanOrEqual(logins.most + logins.share)
    const told = outage.alerts.of('CREDENTIAL_STUFFING')
    // By what Redis has counted, and by what this process has.
    expect([1, 2]).toContain(told.length)
    for (const { details } of told) expect(details).toEqual({ address, tenantId: defaultTenantId })
    const event = { type: 'SUSPICIOUS_ACTIVITY', reason: 'CREDENTIAL_STUFFING', ipAddress: address } as const
    expect(await outage.here.database.client.auditEvent.count({ where: event })).toBe(told.length)
  })

  it('each alias of a flood is charged', async () => {
    const attacker = stranger()
    let admitted = 0
    const flood = async (documents: number, fields = 10) => {
      for (const { status, errors } of await times(documents, () => attacker.ask(aliases(fields)))) {
        expect([200, 429]).toContain(status)
        if (status === 200) admitted += fields - errors.length
        for (const { extensions } of errors) expect(extensions.code).toBe('RATE_LIMITED')
      }
    }
    await flood(1, 5)
    expect(admitted).toBe(5)

    await Promise.all([flood(2), outage.begin()])
    await flood(2)
    await outage.flap()
    await flood(2)
    await outage.flap()
    await flood(2)
    expect(admitted).toBeGreaterThanOrEqual(queries.share)
    expect(admitted).toBeLessThanOrEqual(queries.most + queries.share)
    await outage.end('rate limits')
    await flood(2)
    const anew = kind.forgets ? queries.most : 0
    expect(admitted).toBeLessThanOrEqual(queries.most + queries.share + anew)
  })

  it('an owner who was locked out by strangers signs in on their known device, and the strangers cannot', async () => {
    const { email } = await signUp(stranger())
    const { deviceToken } = await askLogin(stranger(), email)
    const ownerSignsIn = async () =>
      expect(await askLogin(stranger(), email, { deviceToken })).toMatchObject({ __typename: 'LoginSuccess' })
    const strangersDoNot = async () => expect(refusals).toContain((await askLogin(stranger(), email)).code)
    await bruteForce(email, failures.most)
    await strangersDoNot()

    await outage.begin()
    await strangersDoNot()
    await ownerSignsIn()
    await bruteForce(email, 20)
    await outage.flap()
    await ownerSignsIn()
    await strangersDoNot()
    await outage.flap()
    await strangersDoNot()
    await ownerSignsIn()

    await outage.end('attempts', 'rate limits')
    await ownerSignsIn()
    // A lock that was only in Redis went with it.
    if (!kind.forgets) await strangersDoNot()
  })
})
