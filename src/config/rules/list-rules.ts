import type { Rule } from './rule.ts'

/** Several values between commas. Whitespace around a value is ignored; one invalid value makes the list invalid. */
export function listOf<T>(rule: Rule<T>): Rule<readonly T[]> {
  return {
    expected: `a comma-separated list, each entry ${rule.expected}`,
    parse: (text) => {
      const values: T[] = []
      for (const entry of text.split(',')) {
        const value = rule.parse(entry.trim())
        if (value === null) return null
        values.push(value)
      }
      return values
    },
  }
}
