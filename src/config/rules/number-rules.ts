import type { Rule } from './rule.ts'

/** Digits only: no sign, exponent, fraction, space or leading zero. */
export function integer(min: number, max: number): Rule<number> {
  return {
    expected: `an integer from ${min} to ${max}`,
    parse: (text) => {
      if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) return null
      const value = Number(text)
      return value >= min && value <= max ? value : null
    },
  }
}

/** One of several numbers. */
export function oneNumberOf(...choices: readonly number[]): Rule<number> {
  return {
    expected: `one of ${choices.join(', ')}`,
    parse: (text) => choices.find((choice) => String(choice) === text) ?? null,
  }
}
