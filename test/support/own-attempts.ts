import type { AttemptStore } from '../../src/domain/attempts/attempt-store.ts'

const names = new WeakMap<object, string>()

/** Attempts under keys that nobody else has: the Redis of the tests is shared, and remembers for an hour. */
export function ownAttempts(store: AttemptStore, owner: object, freshName: () => string): AttemptStore {
  const name = names.get(owner) ?? freshName()
  names.set(owner, name)
  const own = (key: string) => `${name}:${key}`
  return {
    reserve: (key, rules) => store.reserve(own(key), rules),
    release: (key, rules) => store.release(own(key), rules),
    clear: (key) => store.clear(own(key)),
    countDistinct: (key, member) => store.countDistinct(own(key), member),
    peekDistinct: (key) => store.peekDistinct(own(key)),
  }
}
