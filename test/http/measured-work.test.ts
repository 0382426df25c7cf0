import { readFile } from 'node:fs/promises'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openEmbeddedDatabase } from '../../src/adapters/prisma/embedded/embedded-database.ts'
import { createMetricTimings } from '../../src/adapters/telemetry/metric-timings.ts'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { createAuditRecorder } from '../../src/domain/audit/audit-recorder.ts'
import { ownOrigin } from '../../src/domain/origin/origin.ts'
import { operationLabel, trustedLabel } from '../../src/http/documents/operation-label.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { Actor } from '../support/actor.ts'
import { patienceMs } from '../support/eventually.ts'
import { figuresOf, parseFigures } from '../support/figures.ts'
import { signIn, signUp, tryRefresh } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { deactivateTenant } from '../support/tenant-state.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const closer = new Closer()
let test: TestApp
let infrastructure: Infrastructure
beforeAll(async () => {
  test = await createTestApp({
    env: { METRICS_TOKEN: 'a-token-of-the-tests-0123456789-abcdef' },
    infrastructure: (opened) => {
      infrastructure = opened
      return opened
    },
  })
  closer.add('app', () => test.close())
})
afterAll(() => closer.close())

/** By how much time series rise during the work. */
async function rises(work: () => Promise<unknown>): Promise<(series: string) => number> {
  const before = await figuresOf(test)
  await work()
  const after = await figuresOf(test)
  return (series) => (after.get(series) ?? 0) - (before.get(series) ?? 0)
}

describe('sessions', () => {
  it('are counted when they begin, by method, and when they end, by reason', async () => {
    const ada = await signUp(test.actor())
    const begun = await rises(() => signIn(test.actor(), ada.email))
    expect(begun('gatehouse_sessions_begun_total{method="pwd"}')).toBe(1)
    const ended = await rises(() =>
      ada.actor.ask('mutation { revokeOtherSessions { __typename } }', {}, Actor.bearer(ada.accessToken)),
    )
    expect(ended('gatehouse_sessions_ended_total{reason="REVOKED_BY_USER"}')).toBe(1)
  })

  it('that a reused refresh token ends are counted once', async () => {
    const eve = await signUp(test.actor())
    const stolen = eve.refreshToken
    await tryRefresh(eve.actor, stolen)
    test.clock.advance(3600)
    const thief = test.actor({ 'user-agent': 'Thief/1.0' })
    const reused = await rises(async () => {
      await tryRefresh(thief, stolen)
      await tryRefresh(thief, stolen)
    })
    expect(reused('gatehouse_sessions_ended_total{reason="REFRESH_TOKEN_REUSED"}')).toBe(1)
  })

  it('that a transaction ends are counted after its commit', async () => {
    const { userId } = await signUp(test.actor())
    const { clock, ids, transaction } = infrastructure
    const origin = ownOrigin('none')
    const revocation = {
      now: clock.now(),
      revokedBy: null,
      reason: 'ACCOUNT_LOCKED',
      rememberUntil: new Date(clock.now().getTime() + 60_000),
      audit: createAuditRecorder({ clock, ids }).event('SESSION_REVOKED', origin, { userId }),
    } as const
    const series = 'gatehouse_sessions_ended_total{reason="ACCOUNT_LOCKED"}'
    const end = (fails: boolean) =>
      transaction(async ({ sessions }) => {
        await sessions.revokeAll({ userId, exceptSessionId: null }, revocation)
        if (fails) throw new Error('rolled back')
      })
    const undone = await rises(() => end(true).catch(() => undefined))
    const done = await rises(() => end(false))
    expect([undone(series), done(series)]).toEqual([0, 1])
  })

  it('that end with their tenant are counted when their rows are written', async () => {
    const tenant = await insertTenant(test.database)
    await signUp(test.actor(), { tenant })
    await signUp(test.actor(), { tenant })
    await deactivateTenant(test, tenant)
    const ended = await rises(() => test.app.jobs.endTenantAccess())
    expect(ended('gatehouse_sessions_ended_total{reason="TENANT_DEACTIVATED"}')).toBe(2)
  })

  it('that are live are counted at most once a minute', async () => {
    test.clock.advance(60)
    const first = (await figuresOf(test)).get('gatehouse_sessions_live') ?? 0
    await signUp(test.actor())
    expect((await figuresOf(test)).get('gatehouse_sessions_live')).toBe(first)
    test.clock.advance(60)
    expect((await figuresOf(test)).get('gatehouse_sessions_live')).toBe(first + 1)
  })
})

describe('operations and requests', () => {
  it('are counted and timed by root field, whatever the client names them', async () => {
    const rise = await rises(async () => {
      await test.actor().ask('query Secret_7 { csrfToken }')
      await test.actor().ask('query { ...F } fragment F on Query { csrfToken }')
      await test.actor().ask('{ sessions { nodes { id } } }')
      await test.actor().ask('{ csrfToken sessions { nodes { id } } }')
    })
    expect(rise('gatehouse_operations_total{operation="csrfToken",outcome="ok"}')).toBe(2)
    expect(rise('gatehouse_operations_total{operation="sessions",outcome="errors"}')).toBe(1)
    expect(rise('gatehouse_operations_total{operation="several",outcome="errors"}')).toBe(1)
    expect(rise('gatehouse_operation_seconds_count{operation="csrfToken"}')).toBe(2)
    expect(rise('gatehouse_http_request_seconds_count{route="graphql"}')).toBe(4)
    expect(rise('gatehouse_hash_work_seconds_count')).toBe(0)
  })

  it('have labels that the schema bounds, and the names of trusted documents', () => {
    const document = parse(
      'query A { _entities(representations: []) { __typename } } query B { me { id } role }',
    )
    expect(operationLabel(document, 'A')).toBe('entities')
    expect(operationLabel(document, 'B')).toBe('several')
    expect(trustedLabel(document, 'B')).toBe('B')
    expect(trustedLabel(parse('{ me { id } }'), null)).toBe('me')
  })

  it('of other paths share one label', async () => {
    const url = new URL('/no-such-path', test.config.server.publicUrl)
    const rise = await rises(() => test.app.fetch(new Request(url)))
    expect(rise('gatehouse_http_request_seconds_count{route="other"}')).toBe(1)
  })
})

describe('statements', () => {
  it('are timed by kind and table', async () => {
    const metrics = new PrometheusMetrics()
    const database = await openEmbeddedDatabase({
      folder: null,
      loadDataDir: new Blob([await readFile(inject('embeddedDump'))]),
      logger: silentLogger,
      transactionLimitMs: patienceMs,
      timings: createMetricTimings(metrics),
    })
    closer.add('database', () => database.close())
    await database.client.$transaction(async (queries) => {
      await queries.$queryRaw`SELECT t.id FROM tenants t`
      await queries.user.count()
    })
    await database.client.$queryRaw`SELECT 1 FROM no_such_table`.catch(() => undefined)
    const figures = parseFigures((await metrics.read()).body)
    const timed = ['begin', 'select_tenants', 'select_users', 'commit', 'select_no_such_table'].map(
      (statement) => figures.get(`gatehouse_database_statement_seconds_count{statement="${statement}"}`),
    )
    expect(timed).toEqual([1, 1, 1, 1, 1])
  })
})
