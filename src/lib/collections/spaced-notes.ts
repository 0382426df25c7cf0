import { BoundedMap } from './bounded-map.ts'

/** Before every time. */
const never = Number.NEGATIVE_INFINITY

/**
 * Keeps the notes of each key apart by a minimum interval. Remembers a bounded number of keys; the least recently noted
 * key is forgotten first.
 */
export class SpacedNotes {
  readonly #minIntervalMs: number
  /** When a key was last noted, in milliseconds. */
  readonly #notedAtMs: BoundedMap<string, number>

  constructor({ minIntervalMs, maxKeys }: { readonly minIntervalMs: number; readonly maxKeys: number }) {
    this.#minIntervalMs = minIntervalMs
    this.#notedAtMs = new BoundedMap(maxKeys)
  }

  /** Notes the key. False, and nothing changes, within the interval of its last note here, or of `knownMs` from elsewhere. */
  note(key: string, nowMs: number, knownMs = never): boolean {
    if (nowMs - Math.max(this.#notedAtMs.get(key) ?? never, knownMs) < this.#minIntervalMs) return false
    this.#notedAtMs.set(key, nowMs)
    return true
  }

  /** Lets the next note of the key succeed at once. */
  forget(key: string): void {
    this.#notedAtMs.delete(key)
  }
}
