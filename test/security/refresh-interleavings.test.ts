import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { askRefresh, type SignedIn, signUp, whoIs } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const graceSeconds = 10
const lostAnswerSeconds = 120
/** The clock of the second process is so much ahead. */
const skewSeconds = 3

let processes: readonly [TestApp, TestApp]
beforeAll(async () => {
  const env = { ACCESS_TOKEN_SECONDS: '3600', DEVICE_BINDING: 'off' }
  const clocks = [new ManualClock(3600), new ManualClock(3600 + skewSeconds)] as const
  const first = await createTestApp({ clock: clocks[0], env })
  processes = [first, await createTestApp({ clock: clocks[1], env, database: first.database })]
})
afterAll(async () => {
  await processes[1].close()
  await processes[0].close()
})

type Step =
  /** A holder presents one of their refresh tokens, counted from the newest. If the answer is lost, they learn nothing. */
  | {
      readonly do: 'refresh'
      readonly by: number
      readonly back: number
      readonly lost: boolean
      readonly at: number
    }
  /** A holder uses the newest access token that they have. */
  | { readonly do: 'use'; readonly by: number }
  /** The thief copies all tokens of the owner. */
  | { readonly do: 'steal' }
  | { readonly do: 'wait'; readonly seconds: number }

const holder = fc.integer({ min: 0, max: 1 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('refresh' as const),
        by: holder,
        back: fc.nat({ max: 3 }),
        lost: fc.boolean(),
        at: holder,
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('use' as const), by: holder }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('steal' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        seconds: fc.constantFrom(1, 4, 9, 12, 60, 130),
      }),
    },
  ),
  { minLength: 4, maxLength: 14 },
)

interface Token {
  readonly generation: number
  readonly refresh: string
  readonly access: string
}

/** What the rules allow, written without the code: which answer each presented token has to get. */
class Rules {
  current = 0
  ended = false
  readonly #rotations: { readonly atMs: number; readonly device: number }[] = []
  readonly #seen = new Set<number>()

  see(generation: number): void {
    if (!this.ended) this.#seen.add(generation)
  }

  present(generation: number, device: number, nowMs: number): 'rotated' | 'repeated' | 'reused' | 'dead' {
    if (this.ended) return 'dead'
    if (generation === this.current) {
      this.#rotations.push({ atMs: nowMs, device })
      this.current += 1
      return 'rotated'
    }
    const since = this.#rotations.slice(generation)
    const age = (nowMs - (since[0]?.atMs ?? Number.NEGATIVE_INFINITY)) / 1000
    const isOwn = since.length <= 8 && since.every((rotation) => rotation.device === device)
    const isLost =
      generation === this.current - 1 && !this.#seen.has(this.current) && age <= lostAnswerSeconds
    if (isOwn && (age <= graceSeconds || isLost)) return 'repeated'
    this.ended = true
    return 'reused'
  }
}

const types = {
  rotated: 'RefreshSuccess',
  repeated: 'RefreshSuccess',
  reused: 'RefreshTokenReusedProblem',
  dead: 'InvalidRefreshTokenProblem',
}

class Play {
  readonly rules = new Rules()
  readonly #userId: string
  readonly #imitates: boolean
  /** Tokens of the owner and of the thief, by generation. */
  readonly #held: readonly [Map<number, Token>, Map<number, Token>]
  /** The one refresh token of each generation that anyone was given. */
  readonly #issued = new Map<number, string>()

  constructor({ userId, refreshToken, accessToken }: SignedIn, imitates: boolean) {
    this.#userId = userId
    this.#imitates = imitates
    this.#held = [new Map([[0, { generation: 0, refresh: refreshToken, access: accessToken }]]), new Map()]
  }

  async run(step: Step): Promise<void> {
    if (step.do === 'wait') for (const { clock } of processes) clock.advance(step.seconds)
    if (step.do === 'steal')
      for (const token of this.#held[0].values()) this.#held[1].set(token.generation, token)
    if (step.do === 'use') await this.#use(step.by)
    if (step.do === 'refresh') await this.#refresh(step)
  }

  #tokensOf(by: number): readonly Token[] {
    const held = by === 0 ? this.#held[0] : this.#held[1]
    return [...held.values()].sort((one, other) => other.generation - one.generation)
  }

  async #use(by: number): Promise<void> {
    const [newest] = this.#tokensOf(by)
    if (newest === undefined) return
    // Both processes see it: what one has seen reaches the other within a second of real time only. So does the end of a session.
    for (const service of processes) {
      const ask = () => whoIs(this.#actor(service, by), newest.access)
      if (this.rules.ended) await eventually(async () => expect(await ask()).toBe('TOKEN_REVOKED'))
      else expect(await ask()).toBe(this.#userId)
    }
    this.rules.see(newest.generation)
  }

  async #refresh({ by, back, lost, at }: Extract<Step, { do: 'refresh' }>): Promise<void> {
    const token = this.#tokensOf(by)[back]
    if (token === undefined) return
    const service = at === 0 ? processes[0] : processes[1]
    const device = this.#imitates ? 0 : by
    const expected = this.rules.present(token.generation, device, service.clock.now().getTime())
    const answer = await askRefresh(this.#actor(service, by), token.refresh)
    expect(answer.__typename).toBe(types[expected])
    if (answer.tokens === undefined) return
    const { refreshToken: refresh, accessToken: access } = answer.tokens
    const generation = this.rules.current
    // One successor only: whoever is given a token of this generation is given the same one.
    expect(this.#issued.get(generation) ?? refresh).toBe(refresh)
    this.#issued.set(generation, refresh)
    if (!lost) (by === 0 ? this.#held[0] : this.#held[1]).set(generation, { generation, refresh, access })
  }

  #actor(service: TestApp, by: number): Actor {
    return service.actor(by === 1 && !this.#imitates ? { 'user-agent': 'curl/8.5.0' } : {})
  }
}

describe('two holders of the tokens of one session, in any order, with lost answers and two clocks', () => {
  it('get what the rules say: one successor, and an end once a used token is presented again', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (played, imitates) => {
        const play = new Play(await signUp(processes[0].actor()), imitates)
        for (const step of played) await play.run(step)
      }),
      { numRuns: 60 },
    )
  }, 180_000)

  it('never end the session of an owner who has the only copy and repeats lost requests in time', async () => {
    const lossy = fc.array(
      fc.record({ losses: fc.nat({ max: 4 }), pause: fc.integer({ min: 0, max: 20 }), uses: fc.boolean() }),
      { minLength: 1, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(lossy, async (rounds) => {
        const owner = await signUp(processes[0].actor())
        let { refreshToken, accessToken } = owner
        for (const { losses, pause, uses } of rounds) {
          for (let n = 0; n < losses; n += 1) {
            await askRefresh(processes[n % 2 === 0 ? 0 : 1].actor(), refreshToken)
            for (const { clock } of processes) clock.advance(pause)
            // The old access token goes on working meanwhile.
            if (uses) expect(await whoIs(processes[0].actor(), accessToken)).toBe(owner.userId)
          }
          const answer = await askRefresh(processes[0].actor(), refreshToken)
          expect(answer.__typename).toBe('RefreshSuccess')
          refreshToken = answer.tokens.refreshToken
          accessToken = answer.tokens.accessToken
        }
      }),
      { numRuns: 25 },
    )
  }, 180_000)

  it('a thief who repeats the rules of the grace period is found once the owner uses the newest token', async () => {
    const [service] = processes
    const owner = await signUp(service.actor())
    const thief = service.actor()
    const stolen = owner.refreshToken
    const { tokens } = await askRefresh(service.actor(), stolen)
    for (const { clock } of processes) clock.advance(30)
    // The answer reached the owner, who has not used it yet: the thief shares the session for now.
    expect((await askRefresh(thief, stolen)).tokens.refreshToken).toBe(tokens.refreshToken)
    await whoIs(service.actor(), tokens.accessToken)
    expect((await askRefresh(thief, stolen)).__typename).toBe('RefreshTokenReusedProblem')
  })
})
