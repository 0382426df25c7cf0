import { CircuitBreaker } from '../../src/adapters/failover/circuit-breaker.ts'
import { Dependencies } from '../../src/lib/observation/dependencies.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { systemClock } from '../../src/lib/time/clock.ts'

/** A circuit breaker that blocks nothing, for tests of what is behind it. */
export function noBreaker(): CircuitBreaker {
  return new CircuitBreaker({ pauseMs: 0, maxPauseMs: 0 }, systemClock, { isFailure: () => false })
}

/** Dependencies whose state no one reads. */
export function unwatchedDependencies(): Dependencies {
  return new Dependencies({ logger: silentLogger, gauges: noMetrics })
}
