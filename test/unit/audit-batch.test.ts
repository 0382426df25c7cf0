import { describe, expect, it } from 'vitest'
import { AuditBatch } from '../../src/domain/audit/audit-batch.ts'
import type { AuditEvent } from '../../src/domain/audit/audit-event.ts'
import { createAuditRecorder } from '../../src/domain/audit/audit-recorder.ts'
import { ownOrigin } from '../../src/domain/origin/origin.ts'
import { UnavailableError } from '../../src/domain/refusals.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { eventually } from '../support/eventually.ts'

const ids = createIds(systemClock)
const recorder = createAuditRecorder({ clock: systemClock, ids })
const event = (): AuditEvent => recorder.event('LOGIN_FAILED', ownOrigin(ids.next()), {})
const events = (count: number) => Array.from({ length: count }, event)
const flushMs = 15

/** A batch over a store that the test controls, and what became of the events. */
function open(settings: { flushMs?: number; maxEvents?: number } = {}) {
  const seen = {
    statements: [] as AuditEvent[][],
    lost: 0,
    log: [] as string[],
    /** What the store does before it writes; undefined: nothing. */
    before: undefined as ((batch: readonly AuditEvent[]) => Promise<void> | undefined) | undefined,
  }
  const note = (_fields: object, message: string) => void seen.log.push(message)
  const batch = new AuditBatch({
    auditStore: {
      async appendAll(written) {
        await seen.before?.(written)
        seen.statements.push([...written])
      },
    },
    logger: { ...silentLogger, warn: note, error: note },
    metrics: {
      ...noMetrics,
      count(name) {
        if (name === 'audit_lost') seen.lost += 1
      },
    },
    isUnavailable: (error) => error instanceof UnavailableError,
    flushMs,
    ...settings,
  })
  const written = () => seen.statements.flat().map(({ id }) => id)
  return { batch, seen, written }
}

const away = () => Promise.reject(new UnavailableError())

describe('events that belong to no transaction', () => {
  it('are written together, within their time, once and in order', async () => {
    const { batch, seen, written } = open()
    const given = events(5)
    for (const one of given) await batch.append(one)
    expect(written()).toEqual([])
    await eventually(() => expect(written()).toEqual(given.map(({ id }) => id)))
    expect(seen.statements).toHaveLength(1)
  })

  it('are at most a thousand to a statement', async () => {
    const { batch, seen } = open()
    for (const one of events(2001)) await batch.append(one)
    await batch.flush()
    expect(seen.statements.map(({ length }) => length)).toEqual([1000, 1000, 1])
  })

  it('are written immediately with flushMs 0, and a failure is reported', async () => {
    const { batch, seen, written } = open({ flushMs: 0 })
    await batch.append(event())
    expect(written()).toHaveLength(1)
    seen.before = away
    await expect(batch.append(event())).rejects.toThrow(UnavailableError)
  })

  it('wait while the database is unavailable, cause one log line, and are written when it is back', async () => {
    const { batch, seen, written } = open()
    seen.before = away
    const given = events(3)
    for (const one of given) await batch.append(one)
    await new Promise((resolve) => setTimeout(resolve, 5 * flushMs))
    expect(written()).toEqual([])
    expect(seen.log).toEqual(['audit events wait for the database'])
    seen.before = undefined
    await eventually(() => expect(written()).toEqual(given.map(({ id }) => id)))
    expect(seen.lost).toBe(0)
  })

  it('wait for room beyond the bound', async () => {
    const { batch, seen, written } = open({ maxEvents: 3, flushMs: 900 })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    seen.before = () => held
    const given = events(4)
    const appended = given.map((one) => batch.append(one))
    await Promise.all(appended.slice(0, 3))
    expect(written()).toEqual([])
    release()
    await appended[3]
    expect(written()).toEqual(given.slice(0, 3).map(({ id }) => id))
    await batch.stop()
    expect(written()).toEqual(given.map(({ id }) => id))
  })

  it('are refused aloud when there is no room and the database is away', async () => {
    const { batch, seen } = open({ maxEvents: 2, flushMs: 900 })
    seen.before = away
    for (const one of events(2)) await batch.append(one)
    await expect(batch.append(event())).rejects.toThrow(UnavailableError)
    expect(seen).toMatchObject({ lost: 1, log: ['audit events are lost'] })
    seen.before = undefined
    await batch.stop()
    expect(seen.statements.flat()).toHaveLength(2)
  })

  it('are not kept waiting by one that cannot be stored', async () => {
    const { batch, seen, written } = open()
    const given = events(9)
    const bad = given[4]
    seen.before = async (batched) => {
      if (batched.some(({ id }) => id === bad?.id)) throw new Error('unsupported Unicode escape sequence')
    }
    for (const one of given) await batch.append(one)
    await batch.flush()
    expect(written()).toEqual(given.filter((one) => one !== bad).map(({ id }) => id))
    expect(seen).toMatchObject({ lost: 1, log: ['audit events are lost'] })
  })

  it('are written when the process stops, also those that came during a flush', async () => {
    const { batch, seen, written } = open({ flushMs: 900 })
    seen.before = () => new Promise((resolve) => setTimeout(resolve, 10))
    const given = events(3)
    for (const one of given.slice(0, 2)) await batch.append(one)
    const flushing = batch.flush()
    for (const one of given.slice(2)) await batch.append(one)
    await batch.stop()
    await flushing
    expect(written().toSorted()).toEqual(given.map(({ id }) => id))
  })

  it('are counted as lost when the process stops without its database', async () => {
    const { batch, seen } = open({ flushMs: 900 })
    seen.before = away
    for (const one of events(2)) await batch.append(one)
    await batch.stop()
    expect(seen).toMatchObject({ lost: 2, log: ['audit events are lost'] })
  })
})
