import type { PasswordHasher } from '../../domain/passwords/password-hasher.ts'
import { UnavailableError } from '../../domain/refusals.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'

/** A hasher whose durations and refusals are counted. */
export function measureHasher(hasher: PasswordHasher, metrics: Metrics): PasswordHasher {
  const measured = async <T>(work: Promise<T>): Promise<T> => {
    const startedMs = performance.now()
    try {
      const result = await work
      metrics.observe('hash', (performance.now() - startedMs) / 1000)
      return result
    } catch (error) {
      if (error instanceof UnavailableError) metrics.count('hash_refused')
      throw error
    }
  }
  return {
    description: hasher.description,
    get load() {
      return hasher.load
    },
    hash: (...given) => measured(hasher.hash(...given)),
    verify: (...given) => measured(hasher.verify(...given)),
    needsRehash: (stored) => hasher.needsRehash(stored),
    get hasRoom() {
      return hasher.hasRoom
    },
    admit() {
      const leave = hasher.admit()
      if (leave === null) metrics.count('hash_refused')
      return leave
    },
    newDeadline: () => hasher.newDeadline(),
  }
}
