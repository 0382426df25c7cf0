import { inspect } from 'node:util'

const MASK = '***'

/**
 * A text that must not appear in logs, errors or answers: however it is printed (template, concatenation,
 * JSON, console, inspect) it shows `***`. Only `reveal()` gives it out, so that every use can be searched for.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The text itself, for the one call that needs it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [Symbol.toPrimitive](): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}
