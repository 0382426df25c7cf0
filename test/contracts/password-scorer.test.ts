import { afterAll, describe, expect, it } from 'vitest'
import { ZxcvbnPasswordScorer } from '../../src/adapters/crypto/zxcvbn-password-scorer.ts'
import { UnavailableError } from '../../src/domain/refusals.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { goodPassword } from '../support/test-app.ts'

const scorer = new ZxcvbnPasswordScorer(silentLogger)
afterAll(() => scorer.close())

/** What takes zxcvbn longest: characters that may all stand for others. */
const costly = Array.from({ length: 128 }, (_, index) => '@4(13!|$05+7%2'.charAt((index * index) % 14)).join(
  '',
)

it('reports when the dictionaries are loaded; before `start`, none are being loaded', async () => {
  const fresh = new ZxcvbnPasswordScorer(silentLogger)
  await fresh.loaded()
  fresh.start()
  const loading = fresh.loaded()
  expect(await Promise.race([loading, Promise.resolve('still loading')])).toBe('still loading')
  await loading
  expect((await fresh.score(goodPassword, [], 'set')).score).toBe(4)
  await fresh.close()
  await fresh.loaded()
})

describe('a score', () => {
  it('distinguishes strong passwords from weak ones, and suggests improvements', async () => {
    expect((await scorer.score(goodPassword, [], 'set')).score).toBe(4)
    const bad = await scorer.score('P@55w0rd!', [], 'set')
    expect(bad.score).toBeLessThan(2)
    expect(bad.suggestions).toContain('This is similar to a commonly used password.')
  })

  it('is low for what is built from known words, in disguise too', async () => {
    const word = 'xylozandrium'
    expect((await scorer.score(`${word}9`, [], 'set')).score).toBe(4)
    expect((await scorer.score(`${word}9`, [word], 'set')).score).toBeLessThan(2)
    expect((await scorer.score('Xyl0z@ndrium9', [word], 'set')).score).toBeLessThan(2)
  })

  it('takes the first 16 words that are known, and of each the first 32 characters', async () => {
    const word = 'xylozandrium'
    const others = Array.from({ length: 16 }, (_, index) => `unrelated${index}`)
    expect((await scorer.score(`${word}9`, [...others.slice(1), word], 'set')).score).toBeLessThan(2)
    expect((await scorer.score(`${word}9`, [...others, word], 'set')).score).toBe(4)
    const long = 'qvxkzjwpymgbhfqzwxkvjpgybmhqkzvwqxjzkvpw'
    expect((await scorer.score(long.slice(0, 32), [long], 'set')).score).toBeLessThan(2)
    expect((await scorer.score(long.slice(0, 31), [long], 'set')).score).toBe(4)
  })

  it('keeps the event loop free, even for the most costly password', async () => {
    let longestMs = 0
    let lastMs = performance.now()
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs)
      lastMs = performance.now()
    }, 5)
    const startedMs = performance.now()
    await scorer.score(costly, [], 'set')
    const tookMs = performance.now() - startedMs
    clearInterval(beat)
    expect(longestMs).toBeLessThan(Math.max(tookMs, 20))
  })

  it('of a password to be set is given although strangers try out candidates all the time', async () => {
    const previews = Promise.allSettled(
      Array.from({ length: 100 }, () => scorer.score('short', [], 'preview')),
    )
    const set = await Promise.all(Array.from({ length: 3 }, () => scorer.score(goodPassword, [], 'set')))
    expect(set.map(({ score }) => score)).toEqual([4, 4, 4])
    const refused = (await previews).filter((answer) => answer.status === 'rejected')
    expect(refused.length).toBe(100 - 17)
  })

  it('considers the first 64 characters, and for strangers the first 32 and 8 words', async () => {
    const score = async (...given: Parameters<typeof scorer.score>) => (await scorer.score(...given)).score
    const simple = 'a'.repeat(32)
    expect(await score(`${simple}${goodPassword}`, [], 'preview')).toBe(4)
    expect(await score(`${simple}${goodPassword}`, [], 'strangerPreview')).toBeLessThan(2)
    expect(await score(`${simple}${simple}${goodPassword}`, [], 'set')).toBeLessThan(2)
    const word = 'xylozandrium'
    const others = Array.from({ length: 8 }, (_, index) => `unrelated${index}`)
    expect(await score(`${word}9`, [...others, word], 'preview')).toBeLessThan(2)
    expect(await score(`${word}9`, [...others, word], 'strangerPreview')).toBe(4)
    expect(await score(`${word}9`, [...others.slice(1), word], 'strangerPreview')).toBeLessThan(2)
  })

  it('is given to all simultaneous callers, and refused beyond the queue', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, () => scorer.score('short', [], 'set')),
    )
    const refused = answers.filter((answer) => answer.status === 'rejected')
    expect(refused.length).toBe(100 - 65)
    expect(refused.every(({ reason }) => reason instanceof UnavailableError)).toBe(true)
  })

  it('can be had again after the thread was closed', async () => {
    const refused = expect(scorer.score(costly, [], 'set')).rejects.toThrow(UnavailableError)
    await new Promise(setImmediate)
    await scorer.close()
    await refused
    expect((await scorer.score(goodPassword, [], 'set')).score).toBe(4)
  })
})
