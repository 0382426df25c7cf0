import type { Rule } from './rule.ts'

export const flag: Rule<boolean> = {
  expected: 'on or off (or true, false, 1, 0)',
  parse: (text) => {
    if (/^(on|true|1)$/i.test(text)) return true
    return /^(off|false|0)$/i.test(text) ? false : null
  },
}

/** One of several words. Case matters. */
export function oneOf<const T extends string>(...choices: readonly T[]): Rule<T> {
  return {
    expected: `one of ${choices.join(', ')}`,
    parse: (text) => choices.find((choice) => choice === text) ?? null,
  }
}
