import { inspect } from 'node:util'

const mask = '***'

/**
 * Text that must not appear in logs, errors or responses. Every way of printing it (template, concatenation, JSON,
 * console, inspect) shows `***`. Only `reveal()` returns the text, so that every use can be searched for.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The text itself. Pass it directly to the call that needs it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [Symbol.toPrimitive](): string {
    return mask
  }

  [inspect.custom](): string {
    return mask
  }
}

/**
 * A secret with an id. What the secret signs carries the id, so that several secrets can be accepted during a rotation.
 */
export interface IdentifiedSecret {
  readonly id: string
  readonly secret: Secret
}
