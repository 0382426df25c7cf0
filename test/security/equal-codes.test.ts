import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../support/manual-clock.ts'
import { challenge, complete, nextCode, signUpWithTotp } from '../support/second-steps.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const clock = new ManualClock()
let apps: readonly TestApp[]
let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ clock })
  apps = [test, await createTestApp({ clock, database: test.database })]
})
afterAll(async () => {
  for (const app of [...apps].reverse()) await app.close()
})

const actorOf = (n: number) => (apps[n % apps.length] ?? test).actor()
const twenty = Array.from({ length: 20 }, (_, n) => n)
const names = (results: readonly { __typename: string }[]) => results.map(({ __typename }) => __typename)

describe('twenty equal codes at once, on two processes', () => {
  it('open one session, if they answer one challenge', async () => {
    const ada = await signUpWithTotp(test)
    const token = await challenge(test.actor(), ada.email)
    const code = nextCode(test, ada)
    const results = names(await Promise.all(twenty.map((n) => complete(actorOf(n), token, { code }))))
    expect(results.filter((name) => name === 'LoginSuccess')).toHaveLength(1)
    expect(await test.database.client.session.count({ where: { userId: ada.userId } })).toBe(2)
    // The right code of the owner, sent often, is no guess.
    const again = await challenge(test.actor(), ada.email)
    expect(await complete(test.actor(), again, { code: nextCode(test, ada) })).toMatchObject({
      __typename: 'LoginSuccess',
    })
  })

  it('open one session, if they answer ten challenges', async () => {
    const ada = await signUpWithTotp(test)
    const tokens: string[] = []
    for (const n of twenty.slice(0, 10)) tokens.push(await challenge(actorOf(n), ada.email))
    const code = nextCode(test, ada)
    const answers = twenty.map((n) => complete(actorOf(n), tokens[n % tokens.length] ?? '', { code }))
    const results = names(await Promise.all(answers))
    expect(results.filter((name) => name === 'LoginSuccess')).toHaveLength(1)
    expect(await test.database.client.session.count({ where: { userId: ada.userId } })).toBe(2)
  })

  it('open one session, if they are one recovery code', async () => {
    for (const round of [0, 1, 2]) {
      const ada = await signUpWithTotp(test)
      const tokens = await Promise.all([0, 1].map((n) => challenge(actorOf(n), ada.email)))
      const recoveryCode = ada.recoveryCodes[round]
      const answers = tokens.map((token, n) => complete(actorOf(n), token, { recoveryCode }))
      const results = names(await Promise.all(answers))
      expect(results.filter((name) => name === 'LoginSuccess')).toHaveLength(1)
    }
  })
})
