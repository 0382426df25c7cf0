import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ListBreachChecker } from '../../src/adapters/breach/list-breach-checker.ts'
import { RangeBreachChecker } from '../../src/adapters/breach/range-breach-checker.ts'
import { createDependencyBreaker } from '../../src/adapters/failover/dependency-breaker.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { type BreachApi, openBreachApi, sha1 } from '../support/breach-api.ts'
import { unwatchedDependencies } from '../support/breakers.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { Stopwatch } from '../support/stopwatch.ts'

describe('the range API', () => {
  let api: BreachApi
  let clock: ManualClock
  let checker: RangeBreachChecker
  beforeEach(async () => {
    api = await openBreachApi(['hunter2', 'pässword'], ['padding'])
    clock = new ManualClock()
    checker = new RangeBreachChecker({
      baseUrl: new URL(api.url),
      breaker: createDependencyBreaker('breach_list', { clock, dependencies: unwatchedDependencies() }),
    })
  })
  afterEach(() => api.close())

  it('knows breached passwords and no others; what pads an answer is not known', async () => {
    expect(await checker.isBreached('hunter2')).toBe(true)
    expect(await checker.isBreached('pässword')).toBe(true)
    expect(await checker.isBreached('padding')).toBe(false)
    expect(await checker.isBreached('Corr3ct-horse-battery!')).toBe(false)
  })

  it('learns five digits of the digest and asks for padding', async () => {
    await checker.isBreached('hunter2')
    expect(api.asked).toEqual([{ path: `/mirror/range/${sha1('hunter2').slice(0, 5)}`, padding: 'true' }])
  })

  it.each(['failing', 'garbage', 'huge', 'moved'] as const)('is not believed when it is %s', async (mood) => {
    api.mood = mood
    expect(await checker.isBreached('hunter2')).toBeNull()
    expect(api.asked).toHaveLength(1)
  })

  it.each(['slow', 'trickling'] as const)(
    'is waited for about a second when it is %s, once',
    async (mood) => {
      api.mood = mood
      const watch = new Stopwatch()
      expect(await checker.isBreached('hunter2')).toBeNull()
      expect(watch.stop()).toBeLessThan(2500)
      expect(await checker.isBreached('hunter2')).toBeNull()
      expect(api.asked).toHaveLength(1)
    },
  )

  it('is not called after a failure, then by one caller, and by all once it is back', async () => {
    api.mood = 'failing'
    await checker.isBreached('hunter2')
    clock.advance(11)
    expect(await Promise.all([checker.isBreached('a'), checker.isBreached('b')])).toEqual([null, null])
    expect(api.asked).toHaveLength(2)
    api.mood = 'well'
    clock.advance(11)
    expect(await checker.isBreached('hunter2')).toBeNull()
    clock.advance(11)
    expect(await checker.isBreached('hunter2')).toBe(true)
    expect(await checker.isBreached('Corr3ct-horse-battery!')).toBe(false)
  })

  it('may be down', async () => {
    await api.close()
    expect(await checker.isBreached('hunter2')).toBeNull()
    api = await openBreachApi([])
  })
})

describe('a list in a file', () => {
  const folder = mkdtemp(join(tmpdir(), 'gatehouse-breach-'))
  const opened: ListBreachChecker[] = []
  afterAll(async () => {
    for (const checker of opened) await checker.close()
    await rm(await folder, { recursive: true, force: true })
  })

  async function listOf(text: string): Promise<ListBreachChecker> {
    const path = join(await folder, `${opened.length}.txt`)
    await writeFile(path, text)
    const checker = new ListBreachChecker(path, silentLogger)
    opened.push(checker)
    return checker
  }
  const lines = (passwords: readonly string[]) =>
    passwords.map((one, index) => `${sha1(one)}:${10 ** (index % 9)}`).sort()

  it.each(['\n', '\r\n'])('finds every password in it and no other, with lines ended by %j', async (end) => {
    for (const size of [1, 2, 3, 7, 100]) {
      const known = Array.from({ length: size }, (_, index) => `password ${index}`)
      for (const ending of ['', end]) {
        const checker = await listOf(lines(known).join(end) + ending)
        await checker.prepare()
        for (const one of known) expect(await checker.isBreached(one)).toBe(true)
        for (let index = 0; index < 30; index++)
          expect(await checker.isBreached(`other ${index}`)).toBe(false)
      }
    }
  })

  it('is refused at the start when it is missing, empty or something else', async () => {
    const missing = new ListBreachChecker(join(await folder, 'missing.txt'), silentLogger)
    await expect(missing.prepare()).rejects.toThrow(/ENOENT/)
    await expect((await listOf('')).prepare()).rejects.toThrow(/empty/)
    await expect((await listOf('password\nhunter2\n')).prepare()).rejects.toThrow(/SHA-1/)
    expect(await missing.isBreached('hunter2')).toBeNull()
  })

  it('answers nothing where a line is damaged', async () => {
    const checker = await listOf(`${sha1('a')}:1\n${'?'.repeat(500)}\n`)
    expect(await checker.isBreached('hunter2')).toBeNull()
  })
})
