import { fileURLToPath } from 'node:url'
import { afterAll, expect, inject, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { eventually } from '../support/eventually.ts'
import { signIn, signUp } from '../support/people.ts'
import { ServiceProcess } from '../support/service-process.ts'
import { createServerDatabase } from '../support/test-database.ts'

const closer = new Closer()
afterAll(() => closer.close())

interface PrintedSpan {
  readonly span: string
  readonly traceId: string
  readonly spanId: string
  readonly parent: string | null
}

function isSpan(value: unknown): value is PrintedSpan {
  return typeof value === 'object' && value !== null && 'span' in value
}

function spansIn(output: string): readonly PrintedSpan[] {
  return output.split('\n').flatMap((line) => {
    const parsed: unknown = line.startsWith('{"span"') ? JSON.parse(line) : null
    return isSpan(parsed) ? [parsed] : []
  })
}

it('the built service traces requests, statements, scripts, hashes and mail for an SDK of the operator', async () => {
  const { url, drop } = await createServerDatabase()
  closer.add('database', drop)
  const service = await ServiceProcess.start({
    DATABASE_URL: url,
    REDIS_URL: inject('redisUrl') ?? '',
    REDIS_TIMEOUT_MS: '10000',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'no-reply@example.com',
    NODE_OPTIONS: `--import=${fileURLToPath(new URL('../support/print-spans.mjs', import.meta.url))}`,
  })
  closer.add('service', async () => void (await service.stop()))
  const { email } = await signUp(service.actor())
  await signIn(service.actor(), email)
  const names = () => spansIn(service.output).map(({ span }) => span)
  await eventually(() => {
    for (const name of [
      'mutation login',
      'flow login',
      'hash wait',
      'hash',
      'redis reserveAttempt',
      'call smtp',
    ])
      expect(names()).toContain(name)
    expect(names().filter((name) => name.startsWith('sql '))).not.toEqual([])
  })
  const spans = spansIn(service.output)
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const pathOf = ({ span, parent }: PrintedSpan): readonly string[] => {
    const above = parent === null ? undefined : byId.get(parent)
    return above === undefined ? [span] : [...pathOf(above), span]
  }
  const scripts = spans.filter(({ span }) => span === 'redis reserveAttempt').map(pathOf)
  expect(scripts).toContainEqual(['POST graphql', 'mutation login', 'flow login', 'redis reserveAttempt'])
  const opened = spans.filter(({ span }) => span.startsWith('sql ')).map(pathOf)
  expect(opened.map((path) => path.slice(0, 3))).toContainEqual([
    'POST graphql',
    'mutation login',
    'flow login',
  ])
  expect(service.output).toMatch(/"traceId":"[0-9a-f]{32}".*"msg":"request"/)
})
