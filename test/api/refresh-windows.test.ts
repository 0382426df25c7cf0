import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { reauthenticateDocument } from '../support/operations.ts'
import { askAs, askRefresh, rotate, type SignedIn, signUp, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
/** Answers no lost answers. */
let strict: TestApp
beforeAll(async () => {
  const clock = new ManualClock(3600)
  test = await createTestApp({ clock, env: { METRICS: 'on' } })
  strict = await createTestApp({ clock, database: test.database, env: { LOST_ANSWER_SECONDS: '0' } })
})
afterAll(async () => {
  await strict.close()
  await test.close()
})

const reused = { __typename: 'RefreshTokenReusedProblem' }

const rowOf = ({ sessionId }: SignedIn) =>
  test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })

/** Starts a new refresh family by a new proof of the password. */
const prove = (viewer: Pick<SignedIn, 'accessToken'>) =>
  askAs(test, viewer, reauthenticateDocument, { input: { password: goodPassword } })

/** Rotates so many times, and returns every token, the first one included. */
async function rotateTimes(actor: ReturnType<TestApp['actor']>, ada: SignedIn, times: number) {
  const tokens = [ada.refreshToken]
  for (let n = 0; n < times; n += 1) tokens.push(await rotate(actor, tokens.at(-1) ?? ''))
  return tokens
}

describe('a token that was current within the grace period', () => {
  it('gets the current token, however many came since, up to eight, and extends nothing', async () => {
    const actor = strict.actor()
    const ada = await signUp(actor)
    const tokens = await rotateTimes(actor, ada, 8)
    const before = await rowOf(ada)
    strict.clock.advance(9)
    for (const token of tokens.slice(0, -1)) expect(await rotate(actor, token)).toBe(tokens.at(-1))
    expect(await rowOf(ada)).toEqual(before)
  })

  it('is reuse nine generations back', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotateTimes(actor, ada, 9)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
  })

  it('is reuse once its own period is over, whatever the later ones are', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const second = await rotate(actor, ada.refreshToken)
    test.clock.advance(6)
    const third = await rotate(actor, second)
    test.clock.advance(6)
    expect(await rotate(actor, second)).toBe(third)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
  })

  it('is reuse if another device made one of the rotations since', async () => {
    const actor = test.actor()
    const other = test.actor({ 'user-agent': 'curl/8.5.0' })
    const ada = await signUp(actor)
    const second = await rotate(actor, ada.refreshToken)
    await rotate(other, second)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
  })

  it('does not count from a rotation of another refresh family', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotateTimes(actor, ada, 3)
    await test.database.client.session.update({
      where: { id: ada.sessionId },
      data: { generation: 7 },
    })
    // The stored rotations belong to other generations, as after a write of an older version of the service.
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
  })
})

describe('the answer of a refresh that was lost', () => {
  it('is given again for two minutes, with an audit event and a metric, and nothing is rotated', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const second = await rotate(actor, ada.refreshToken)
    const { generation, idleExpiresAt } = await rowOf(ada)
    for (const seconds of [12, 100, 8]) {
      test.clock.advance(seconds)
      expect(await rotate(actor, ada.refreshToken)).toBe(second)
    }
    expect(await rowOf(ada)).toMatchObject({ generation, idleExpiresAt, revokedAt: null })
    const lost = (await auditOf(test.database, ada.userId)).filter(
      ({ type, details }) => type === 'TOKEN_REFRESHED' && JSON.stringify(details).includes('lostAnswer'),
    )
    expect(lost.map(({ details }) => details)).toEqual(
      expect.arrayContaining([{ lostAnswer: true, secondsSinceRotation: 12 }]),
    )
    test.clock.advance(1)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
  })

  it('is reuse once the access token of that answer was seen', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const { tokens } = await askRefresh(actor, ada.refreshToken)
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe(ada.userId)
    test.clock.advance(12)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
  })

  it('is reuse once another process has seen the access token', async () => {
    const other = await createTestApp({ database: test.database, clock: test.clock })
    const actor = test.actor()
    const ada = await signUp(actor)
    const { tokens } = await askRefresh(actor, ada.refreshToken)
    expect(await whoIs(other.actor(), tokens.accessToken)).toBe(ada.userId)
    await other.close()
    test.clock.advance(12)
    expect(await askRefresh(actor, ada.refreshToken)).toMatchObject(reused)
  })

  it('is reuse once its access token was seen, also in a refresh family that began within the minute', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const first = await askRefresh(actor, ada.refreshToken)
    expect(await whoIs(test.actor(), first.tokens.accessToken)).toBe(ada.userId)
    await eventually(async () => expect((await rowOf(ada)).seenGeneration).toBe(1))
    const renewed = await prove(first.tokens)
    const { tokens } = await askRefresh(actor, renewed.tokens.refreshToken)
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe(ada.userId)
    test.clock.advance(12)
    expect(await askRefresh(actor, renewed.tokens.refreshToken)).toMatchObject(reused)
  })

  it('is still given if an access token of an earlier refresh family was used meanwhile', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const { tokens: old } = await askRefresh(actor, ada.refreshToken)
    const newest = await askRefresh(actor, old.refreshToken)
    test.clock.advance(1)
    const renewed = await prove(newest.tokens)
    const second = await rotate(actor, renewed.tokens.refreshToken)
    test.clock.advance(61)
    // Both tokens are of generation 1, of different families.
    expect(await whoIs(test.actor(), old.accessToken)).toBe(ada.userId)
    expect(await rotate(actor, renewed.tokens.refreshToken)).toBe(second)
    await eventually(async () => expect((await rowOf(ada)).lastUsedAt).toEqual(test.clock.now()))
    expect(await rotate(actor, renewed.tokens.refreshToken)).toBe(second)
  })

  it('is still given if only access tokens of earlier refreshes were used meanwhile', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const { tokens: second } = await askRefresh(actor, ada.refreshToken)
    const third = await rotate(actor, second.refreshToken)
    test.clock.advance(12)
    expect(await whoIs(actor, ada.accessToken)).toBe(ada.userId)
    expect(await whoIs(actor, second.accessToken)).toBe(ada.userId)
    expect(await rotate(actor, second.refreshToken)).toBe(third)
  })

  it('is reuse from another device, two generations back, and without LOST_ANSWER_SECONDS', async () => {
    const [ada, eve, bob] = [
      await signUp(test.actor()),
      await signUp(test.actor()),
      await signUp(test.actor()),
    ]
    await rotateTimes(test.actor(), ada, 1)
    await rotateTimes(test.actor(), eve, 2)
    await rotateTimes(test.actor(), bob, 1)
    test.clock.advance(12)
    const thief = test.actor({ 'user-agent': 'curl/8.5.0' })
    expect(await askRefresh(thief, ada.refreshToken)).toMatchObject(reused)
    expect(await askRefresh(test.actor(), eve.refreshToken)).toMatchObject(reused)
    expect(await askRefresh(strict.actor(), bob.refreshToken)).toMatchObject(reused)
  })
})

describe('a statement that a frozen database executes late', () => {
  it('starts the grace period when it executes, not when its request began', async () => {
    const clock = new ManualClock()
    const late = await createTestApp({ database: test.database, clock, env: { LOST_ANSWER_SECONDS: '0' } })
    const ada = await signUp(late.actor())
    // The clock of the database is eleven seconds ahead of the time at which the request began.
    clock.jump(-11)
    const second = await rotate(late.actor(), ada.refreshToken)
    clock.jump(11)
    expect(await rotate(late.actor(), ada.refreshToken)).toBe(second)
    expect((await rowOf(ada)).previousAt?.getTime()).toBeGreaterThanOrEqual(clock.now().getTime() - 1000)
    await late.close()
  })
})
