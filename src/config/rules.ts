/** How the text of a variable becomes a value. */
export interface Rule<T> {
  /** What the variable wants to hold: ends the sentence "PORT wants …". */
  readonly wants: string
  /** The value, or null where the text is not what is wanted. */
  readonly parse: (text: string) => T | null
}

/** Digits and nothing else: no sign, exponent, fraction, blank or leading zero. */
export function wholeNumber(min: number, max: number): Rule<number> {
  return {
    wants: `a whole number from ${min} to ${max}`,
    parse: (text) => {
      if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) return null
      const value = Number(text)
      return value >= min && value <= max ? value : null
    },
  }
}

export const flag: Rule<boolean> = {
  wants: 'on or off (or true, false, 1, 0)',
  parse: (text) => {
    if (/^(on|true|1)$/i.test(text)) return true
    return /^(off|false|0)$/i.test(text) ? false : null
  },
}

export function oneOf<const T extends string>(...choices: readonly T[]): Rule<T> {
  return {
    wants: `one of ${choices.join(', ')}`,
    parse: (text) => choices.find((choice) => choice === text) ?? null,
  }
}

/** Like oneOf, for numbers. */
export function oneNumberOf(...choices: readonly number[]): Rule<number> {
  return {
    wants: `one of ${choices.join(', ')}`,
    parse: (text) => choices.find((choice) => String(choice) === text) ?? null,
  }
}

/** A word without blanks, as claims of tokens hold it. */
export const word: Rule<string> = {
  wants: 'at most 255 visible ASCII characters without blanks',
  parse: (text) => (/^[\x21-\x7e]{1,255}$/.test(text) ? text : null),
}

export const path: Rule<string> = {
  wants: 'the path of a folder',
  parse: (text) => (text.trim() === '' || text.includes('\0') ? null : text),
}

/** Several values between commas; blanks around them do not count, one wrong value spoils the list. */
export function listOf<T>(rule: Rule<T>): Rule<readonly T[]> {
  return {
    wants: `a comma-separated list, each entry ${rule.wants}`,
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
