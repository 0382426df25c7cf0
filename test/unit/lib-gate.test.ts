import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gate, GateTimeout } from '../../src/lib/concurrency/gate.ts'

/** Work that ends when the test ends it. */
function held() {
  let finish: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  return { work: () => done, finish }
}

const tick = () => new Promise((resolve) => setImmediate(resolve))

describe('Gate.run', () => {
  it('answers as the work does', async () => {
    const gate = new Gate({ concurrency: 1, queueSeconds: 5, queueLimit: 10 })
    await expect(gate.run(async () => 42)).resolves.toBe(42)
    await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    await expect(
      gate.run(() => {
        throw new Error('broken at once')
      }),
    ).rejects.toThrow('broken at once')
    expect([gate.running, gate.waiting]).toEqual([0, 0])
  })

  it('runs no more than its concurrency, in the order of arrival', async () => {
    const gate = new Gate({ concurrency: 2, queueSeconds: 5, queueLimit: 100 })
    const started: number[] = []
    let running = 0
    let most = 0
    const works = Array.from({ length: 20 }, (_, index) =>
      gate.run(async () => {
        started.push(index)
        running += 1
        most = Math.max(most, running)
        await tick()
        running -= 1
      }),
    )
    await Promise.all(works)
    expect(most).toBe(2)
    expect(started).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  it('turns away at once who finds the line full, without starting the work', async () => {
    const gate = new Gate({ concurrency: 1, queueSeconds: 5, queueLimit: 1 })
    const first = held()
    const running = gate.run(first.work)
    const waiting = gate.run(async () => 'waited')
    let started = false
    const turnedAway = gate.run(async () => {
      started = true
    })
    await expect(turnedAway).rejects.toBeInstanceOf(GateTimeout)
    expect(started).toBe(false)
    first.finish()
    await running
    await expect(waiting).resolves.toBe('waited')
  })

  it('turns away who waited too long, and lets the next one in', async () => {
    const gate = new Gate({ concurrency: 1, queueSeconds: 0.02, queueLimit: 10 })
    const first = held()
    const running = gate.run(first.work)
    let started = false
    const late = gate.run(async () => {
      started = true
    })
    await expect(late).rejects.toBeInstanceOf(GateTimeout)
    expect(gate.waiting).toBe(0)
    first.finish()
    await running
    expect(started).toBe(false)
    await expect(gate.run(async () => 'next')).resolves.toBe('next')
  })

  it('starts waiting work in order', async () => {
    const gate = new Gate({ concurrency: 1, queueSeconds: 5, queueLimit: 10 })
    const order: string[] = []
    const first = held()
    const running = gate.run(first.work).then(() => gate.run(async () => order.push('newcomer')))
    const waiting = gate.run(async () => order.push('waiter'))
    first.finish()
    await Promise.all([running, waiting])
    expect(order).toEqual(['waiter', 'newcomer'])
  })

  it('loses no place under load, with work that succeeds, fails or takes long', async () => {
    const works = fc.array(fc.constantFrom('quick', 'slow', 'throws', 'rejects'), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(works, fc.integer({ min: 1, max: 4 }), async (kinds, concurrency) => {
        const gate = new Gate({ concurrency, queueSeconds: 0.001, queueLimit: 8 })
        const all = kinds.map((kind) =>
          gate.run(async () => {
            if (kind === 'throws') throw new Error(kind)
            await tick()
            if (kind === 'rejects') throw new Error(kind)
            if (kind === 'slow') await new Promise((resolve) => setTimeout(resolve, 2))
            return kind
          }),
        )
        await Promise.allSettled(all)
        expect([gate.running, gate.waiting]).toEqual([0, 0])
        const places = Array.from({ length: concurrency }, () => gate.run(tick))
        expect([gate.running, gate.waiting]).toEqual([concurrency, 0])
        await Promise.all(places)
      }),
      { numRuns: 30 },
    )
  })
})
