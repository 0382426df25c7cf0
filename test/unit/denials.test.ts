import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { Denials } from '../../src/domain/access/denials.ts'
import type { ApiKeyViewer } from '../../src/domain/access/viewer.ts'
import { type Logger, silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { ManualClock } from '../support/manual-clock.ts'

function scene() {
  const lines: unknown[] = []
  const logger: Logger = { ...silentLogger, warn: (fields) => void lines.push(fields.apiKeyId) }
  const denials = new Denials({ logger, metrics: noMetrics, clock: new ManualClock() })
  const refuse = (viewer: ApiKeyViewer, times = 1) => {
    for (let count = 0; count < times; count += 1)
      denials.note({ viewer, field: 'users', requestId: 'r', reason: null })
  }
  return { lines, refuse }
}

function keyOf(userId: string): ApiKeyViewer {
  return {
    kind: 'API_KEY',
    apiKeyId: randomUUID(),
    userId,
    tenantId: randomUUID(),
    permissions: new Set(),
    accessPermissions: new Set(),
    budget: null,
  }
}

it('each API key of one owner has lines of its own', () => {
  const { lines, refuse } = scene()
  const owner = randomUUID()
  const [one, other] = [keyOf(owner), keyOf(owner)]
  refuse(one, 20)
  refuse(other)
  expect(lines).toEqual([...Array.from({ length: 10 }, () => one.apiKeyId), other.apiKeyId])
})

it('beyond 10 000 viewers in a minute, further viewers share the lines of one', () => {
  const { lines, refuse } = scene()
  const first = keyOf(randomUUID())
  refuse(first)
  for (let count = 1; count < 10_000; count += 1) refuse(keyOf(randomUUID()))
  for (let count = 0; count < 30; count += 1) refuse(keyOf(randomUUID()))
  expect(lines).toHaveLength(10_000 + 10)
  refuse(first)
  expect(lines).toHaveLength(10_000 + 11)
})
