import type { Dependencies } from '../../lib/observation/dependencies.ts'
import type { Timings } from '../../lib/observation/timings.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { CircuitBreaker, type CircuitBreakerHooks, type CircuitBreakerSettings } from './circuit-breaker.ts'

/** Mails wait in the queue during a pause. */
const mail: CircuitBreakerSettings = { maxFailures: 5, pauseMs: 5000, maxPauseMs: 60_000 }
/** No longer than the shortest delay between two attempts, so that a pause alone does not use up the attempts. */
const webhook: CircuitBreakerSettings = { maxFailures: 3, pauseMs: 5000, maxPauseMs: 10_000 }

/** Remote services that can hang, with their names in the log, in `/health/ready` and in the metric `dependency_state`. */
const settings = {
  smtp: mail,
  sendgrid: mail,
  alert_webhook: webhook,
  sms_webhook: webhook,
  /** Called once an hour. */
  audit_archive: { pauseMs: 60_000, maxPauseMs: 600_000 },
  breach_list: { pauseMs: 10_000, maxPauseMs: 60_000 },
} as const satisfies Readonly<Record<string, CircuitBreakerSettings>>

export type RemoteService = keyof typeof settings

export interface DependencyBreakerDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly dependencies: Dependencies
  /** Measures the calls. Null or absent: they are not measured. */
  readonly timings?: Timings | null
}

/** A circuit breaker that reports its changes: calls to the service are blocked, or it responds again. */
export function createDependencyBreaker(
  name: RemoteService,
  { clock, dependencies, timings = null }: DependencyBreakerDeps,
  isFailure: CircuitBreakerHooks['isFailure'] = () => true,
): CircuitBreaker {
  const service = { name, required: false }
  dependencies.add(service)
  return new CircuitBreaker(settings[name], clock, {
    isFailure,
    ...(timings === null ? {} : { onCall: () => timings.begin('service', name) }),
    onChange: (blocked, error) => dependencies.report(service, blocked ? error : null),
  })
}
