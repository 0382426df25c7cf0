import type { Logger } from '../../lib/observation/logger.ts'
import type { Gauges } from '../../lib/observation/metrics.ts'
import { errorCode, errorText } from '../../lib/text/error-text.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { CircuitBreaker, type CircuitBreakerHooks, type CircuitBreakerSettings } from './circuit-breaker.ts'

/** Mails wait in the queue during a pause. */
const mail: CircuitBreakerSettings = { maxFailures: 5, pauseMs: 5000, maxPauseMs: 60_000 }
/** No longer than the shortest delay between two attempts, so that a pause alone does not use up the attempts. */
const webhook: CircuitBreakerSettings = { maxFailures: 3, pauseMs: 5000, maxPauseMs: 10_000 }

/** Remote services that can hang, with their names in the log and in the metric `dependency_blocked`. */
const dependencies = {
  smtp: mail,
  sendgrid: mail,
  alert_webhook: webhook,
  sms_webhook: webhook,
  /** Called once an hour. */
  audit_archive: { pauseMs: 60_000, maxPauseMs: 600_000 },
  breach_list: { pauseMs: 10_000, maxPauseMs: 60_000 },
} as const satisfies Readonly<Record<string, CircuitBreakerSettings>>

export type Dependency = keyof typeof dependencies

export interface DependencyBreakerDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly logger: Logger
  readonly gauges: Gauges
}

/** A circuit breaker whose changes are logged, one line each, and shown in the metric `dependency_blocked`. */
export function createDependencyBreaker(
  dependency: Dependency,
  { clock, logger, gauges }: DependencyBreakerDeps,
  isFailure: CircuitBreakerHooks['isFailure'] = () => true,
): CircuitBreaker {
  gauges.set('dependency_blocked', 0, dependency)
  return new CircuitBreaker(dependencies[dependency], clock, {
    isFailure,
    onChange(blocked, error) {
      gauges.set('dependency_blocked', blocked ? 1 : 0, dependency)
      if (!blocked) return logger.info({ dependency }, 'a dependency responds again')
      logger.warn({ dependency, reason: reasonOf(error) }, 'calls to a dependency are blocked after failures')
    },
  })
}

/** The system error code if there is one, such as ECONNREFUSED. Time-outs have a number as code. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = errorCode(cause)
  return code !== null && /^[A-Z_]+$/.test(code) ? code : errorText(cause)
}
