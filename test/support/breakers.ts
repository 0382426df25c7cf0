import { CircuitBreaker } from '../../src/adapters/failover/circuit-breaker.ts'
import { systemClock } from '../../src/lib/time/clock.ts'

/** A circuit breaker that blocks nothing, for tests of what is behind it. */
export function noBreaker(): CircuitBreaker {
  return new CircuitBreaker({ pauseMs: 0, maxPauseMs: 0 }, systemClock, { isFailure: () => false })
}
