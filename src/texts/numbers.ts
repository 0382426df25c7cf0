import type { Language } from './languages.ts'

/** The forms of a text for the plural categories of its language (Unicode CLDR). `other` stands for a missing form. */
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

/** The form for a count. */
export function plural(language: Language, count: number, forms: PluralForms): string {
  return forms[new Intl.PluralRules(language).select(count)] ?? forms.other
}

const daySeconds = 86_400

/** Each unit with its length and the shortest duration for which it is used, in seconds. */
const units = [
  ['day', daySeconds, 2 * daySeconds],
  ['hour', 3600, 7200],
  ['minute', 60, 120],
] as const

/** A duration in the largest unit that fits, rounded up: "90 seconds", "2 minutes". */
export function durationInWords(language: Language, seconds: number): string {
  const [unit, size] = units.find(([, , min]) => seconds >= min) ?? ['second', 1]
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' })
  return format.format(Math.ceil(seconds / size))
}

/**
 * A duration without rounding, in the largest unit that leaves no remainder: "90 minutes". A single day is written as
 * 24 hours.
 */
export function exactDuration(language: Language, seconds: number): string {
  const [unit, size] = units.find(([, size, min]) => isWhole(seconds, size, min)) ?? ['second', 1]
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size)
}

function isWhole(seconds: number, size: number, min: number): boolean {
  return seconds % size === 0 && seconds >= (size === daySeconds ? min : size)
}
