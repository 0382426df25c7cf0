import type { HttpApp, HttpAppDeps } from '../../../src/http/http-app.ts'
import { accessCookieName, deviceCookieName, refreshCookieName } from '../../../src/http/request/cookies.ts'
import { createHttpApp } from '../../../src/http/server.ts'
import { createIds } from '../../../src/lib/ids/ids.ts'
import { type HealthCheck, HealthChecks } from '../../../src/lib/observation/health-checks.ts'
import type { LogFields, Logger } from '../../../src/lib/observation/logger.ts'
import { noMetrics } from '../../../src/lib/observation/metrics.ts'
import type { Clock } from '../../../src/lib/time/clock.ts'
import { systemClock } from '../../../src/lib/time/clock.ts'
import { unwatchedDependencies } from '../../support/breakers.ts'
import { createTestSchema, StoreDown } from './test-schema.ts'

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: LogFields
}

export interface TestHttpApp extends HttpApp {
  readonly lines: LogLine[]
  readonly seen: { mutations: number; contexts: number }
  /** Sends one operation as a client without a browser would. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  get(path: string, headers?: Record<string, string>): Promise<Response>
}

export interface TestHttpOptions {
  readonly server?: Partial<HttpAppDeps['config']['server']>
  readonly config?: Partial<HttpAppDeps['config']>
  readonly deps?: Partial<HttpAppDeps>
  readonly clock?: Clock
}

export const base = 'http://localhost:4000'

/** The real edge over a schema of its own. */
export function createTestHttpApp(options: TestHttpOptions = {}): TestHttpApp {
  const lines: LogLine[] = []
  const seen = { mutations: 0, contexts: 0 }
  const clock = options.clock ?? systemClock
  const app = createHttpApp({
    config: {
      server: {
        port: 4000,
        hosts: ['127.0.0.1'],
        publicUrl: new URL(base),
        allowedHosts: ['localhost:4000', 'localhost', '127.0.0.1', '[::1]'],
        allowedOrigins: [base, 'https://app.example.com'],
        trustedProxies: [],
        corsHeaders: null,
        startWaitSeconds: 0,
        drainNoticeSeconds: 0,
        drainSeconds: 2,
        ...options.server,
      },
      cookies: { sameSite: 'strict' },
      graphiql: false,
      introspection: true,
      app: { name: 'Gatehouse', url: new URL(base), color: '#2f5bd7' },
      pages: null,
      environment: 'test',
      emailVerification: 'optional',
      factors: { policy: 'optional', enrolDays: 14, adminActions: null, rememberDeviceDays: null },
      webauthn: { id: 'localhost', name: 'Gatehouse', origins: [base] },
      ...options.config,
    },
    logger: collectingLogger(lines),
    clock,
    ids: createIds(clock),
    schema: createTestSchema(seen),
    postOnlyFields: new Set(),
    tokenServices: null,
    createContext: async ({ origin, cookies, responseCookies }) => {
      seen.contexts += 1
      return {
        origin,
        cookie: {
          refresh: cookies.get(refreshCookieName),
          refused: cookies.refused,
          present: cookies.present,
        },
        setCookies: () => {
          responseCookies.set(accessCookieName, 'first', { maxAgeSeconds: 60 })
          responseCookies.set(accessCookieName, 'second', { maxAgeSeconds: 900 * 86_400 })
          responseCookies.expire(deviceCookieName)
          return 'set'
        },
      }
    },
    rateLimits: { chargeRequest: async () => undefined },
    overload: null,
    trustedEdge: null,
    documents: null,
    addressRules: { refusalOf: () => null, isExempt: () => false },
    floodGuard: null,
    metrics: noMetrics,
    health: healthOf([]),
    jwks: async () => ({ body: '{"keys":[]}', etag: '"abc"' }),
    shownMetrics: null,
    mailbox: null,
    isUnavailable: (error) => error instanceof StoreDown,
    credentialFields: new Set(['login', 'changePassword']),
    ...options.deps,
  })
  return {
    ...app,
    lines,
    seen,
    post: (body, headers = {}) =>
      app.fetch(
        new Request(`${base}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    get: (path, headers = {}) => app.fetch(new Request(`${base}${path}`, { headers })),
  }
}

function collectingLogger(lines: LogLine[]): Logger {
  const write = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message })
  }
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    notice: write('notice'),
    child: () => logger,
  }
  return logger
}

/** The health of a process with these dependencies. */
export function healthOf(checks: readonly HealthCheck[]): HealthChecks {
  return new HealthChecks({ checks, dependencies: unwatchedDependencies() })
}
