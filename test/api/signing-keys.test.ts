import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { type SignedIn, signIn, signUp } from '../support/people.ts'
import { setRole } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const rotate = `
  mutation RotateSigningKeys {
    rotateSigningKeys {
      __typename
      ... on RotateSigningKeysSuccess { activatesAt signingKeys { kid state algorithm activatedAt retiresAt } }
      ... on ReauthenticationRequiredProblem { code maxAgeSeconds }
    }
  }
`
const list = '{ signingKeys { kid state algorithm createdAt activatedAt retiresAt } }'

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  const { email, userId } = await signUp(test.actor())
  await setRole(test.database, userId, 'ADMIN')
  admin = await signIn(test.actor(), email)
})
afterAll(() => test.close())

const ask = (query: string, who: SignedIn | null = admin) =>
  test.actor().ask(query, {}, who === null ? {} : Actor.bearer(who.accessToken))

describe('rotateSigningKeys', () => {
  it('is planned until the next key has been published for long enough, and happens then', async () => {
    const first = await ask(rotate)
    expect(first.errors).toEqual([])
    const { signingKeys: planned } = first.data.rotateSigningKeys
    expect(planned.map(({ state }: { state: string }) => state)).toEqual(['CURRENT', 'NEXT'])
    const at = new Date(planned[1].activatedAt).getTime()
    expect(at - test.clock.now().getTime()).toBe(600_000)
    expect(first.data.rotateSigningKeys.activatesAt).toBe(planned[1].activatedAt)
    // Who asks again changes nothing, and nothing is written down for it.
    const again = await ask(rotate)
    expect(again.data.rotateSigningKeys.activatesAt).toBe(planned[1].activatedAt)
    const audited = () =>
      test.database.client.auditEvent.findMany({
        where: { type: 'SIGNING_KEYS_ROTATED' },
        orderBy: { id: 'asc' },
      })
    expect(await audited()).toMatchObject([
      {
        actorId: admin.userId,
        reason: 'PLANNED',
        details: { to: planned[1].kid, activatesAt: planned[1].activatedAt },
      },
    ])

    test.clock.advance(601)
    await test.app.jobs.rotateSigningKeys()
    const { signingKeys } = (await ask(list)).data
    expect(signingKeys.map(({ state }: { state: string }) => state)).toEqual(['RETIRING', 'CURRENT', 'NEXT'])
    expect(signingKeys[1].kid).toBe(planned[1].kid)
    const [, event] = await audited()
    expect(event?.details).toEqual({ from: planned[0].kid, to: planned[1].kid })
  })

  it('happens at once with a key that has stood ready', async () => {
    test.clock.advance(600)
    admin = await signIn(test.actor(), admin.email)
    const { signingKeys: before } = (await ask(list)).data
    const answer = await ask(rotate)
    const { signingKeys: after, activatesAt } = answer.data.rotateSigningKeys
    expect(activatesAt).toBe(test.clock.now().toISOString())
    const kidOf = (keys: { kid: string; state: string }[], state: string) =>
      keys.find((key) => key.state === state)?.kid
    expect(kidOf(after, 'CURRENT')).toBe(kidOf(before, 'NEXT'))
    expect(kidOf(after, 'NEXT')).not.toBe(kidOf(before, 'NEXT'))
    const events = await test.database.client.auditEvent.findMany({
      where: { type: 'SIGNING_KEYS_ROTATED', actorId: admin.userId, reason: null },
    })
    expect(events).toHaveLength(1)
  })

  it('requires recent reauthentication', async () => {
    test.clock.advance(890)
    const fresh = await ask(rotate)
    expect(fresh.data.rotateSigningKeys.__typename).toBe('RotateSigningKeysSuccess')
    const { tokens } = await (async () => {
      const answer = await test
        .actor()
        .ask(
          'mutation ($t: String) { refresh(input: { refreshToken: $t }) { ... on RefreshSuccess { tokens { accessToken } } } }',
          { t: admin.refreshToken },
        )
      return answer.data.refresh
    })()
    test.clock.advance(20)
    const stale = await ask(rotate, { ...admin, accessToken: tokens.accessToken })
    expect(stale.data.rotateSigningKeys).toEqual({
      __typename: 'ReauthenticationRequiredProblem',
      code: 'REAUTHENTICATION_REQUIRED',
      maxAgeSeconds: 900,
    })
  })

  it.each(['USER', 'MODERATOR'] as const)(
    'and the list of keys are refused to a %s, and without a credential',
    async (role) => {
      const { email, userId } = await signUp(test.actor())
      await setRole(test.database, userId, role)
      const who = await signIn(test.actor(), email)
      for (const query of [rotate, list]) {
        expect((await ask(query, who)).errors[0]?.extensions.code).toBe('FORBIDDEN')
        expect((await ask(query, null)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
      }
    },
  )
})
