import { BoundedMap } from '../collections/bounded-map.ts'
import { counterSubject, keyOfSubject } from './digest.ts'

const maxKeys = 5_000
/** Longer than any address of mail. Longer subjects are not remembered, so that callers cannot fill the memory. */
const maxSubjectLength = 400

/** The keys of counters under one HMAC key. Those of the latest subjects are remembered, because an HMAC takes longer than to find it. */
export class CounterKeys {
  readonly #key: Uint8Array
  readonly #known = new BoundedMap<string, string>(maxKeys)

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** See `counterKey`. */
  of(...parts: readonly string[]): string {
    const subject = counterSubject(parts)
    const known = this.#known.get(subject)
    if (known !== undefined) return known
    const key = keyOfSubject(this.#key, subject)
    if (subject.length <= maxSubjectLength) this.#known.set(subject, key)
    return key
  }
}
