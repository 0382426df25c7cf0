import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditColumns } from '../../src/adapters/prisma/stores/audit/audit-rows.ts'
import { PrismaAuditStore } from '../../src/adapters/prisma/stores/audit/prisma-audit-store.ts'
import type { AuditEvent } from '../../src/domain/audit/audit-event.ts'
import { signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let store: PrismaAuditStore
beforeAll(async () => {
  test = await createTestApp()
  store = new PrismaAuditStore(test.database.client)
})
afterAll(() => test.close())

function failed(event: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: randomUUID(),
    tenantId: null,
    type: 'LOGIN_FAILED',
    userId: null,
    actorId: null,
    sessionId: null,
    ipAddress: '2001:db8::7',
    userAgent: 'curl/8 "quoted" \\ 🙂',
    requestId: 'request-1',
    reason: 'INVALID_CREDENTIALS',
    details: { budget: 'all', nested: { number: 1, list: [true, null] } },
    createdAt: new Date('2026-11-21T01:02:03.456Z'),
    ...event,
  }
}

const read = (ids: readonly string[]) =>
  test.database.client
    .$queryRaw`SELECT ${auditColumns} FROM audit_events e WHERE e.id = ANY(${[...ids]}::uuid[])`

describe('events that are written together', () => {
  it('come back as they were, each once however often they are written', async () => {
    const { userId } = await signUp(test.actor())
    const user = await test.database.client.user.findUniqueOrThrow({ where: { id: userId } })
    const known = failed({ tenantId: user.tenantId, userId, sessionId: randomUUID(), actorId: randomUUID() })
    const unknown = failed({ ipAddress: null, userAgent: null, requestId: null, reason: null, details: {} })
    await store.appendAll([known, unknown])
    await store.appendAll([unknown, failed({ ...known, reason: 'OTHER' })])
    const rows = await read([known.id, unknown.id])
    expect(rows).toHaveLength(2)
    expect(rows).toEqual(expect.arrayContaining([known, unknown]))
  })

  it('hold nothing personal of an account that was deleted meanwhile', async () => {
    const gone = failed({ userId: randomUUID() })
    await store.appendAll([gone])
    expect(await read([gone.id])).toEqual([{ ...gone, ipAddress: null, userAgent: null, details: {} }])
  })

  it('may be none', async () => {
    await store.appendAll([])
  })
})
