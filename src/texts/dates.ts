import type { Language } from './languages.ts'

/** English dates have the day first, as in the rest of Europe. */
const localeOf = (language: Language): string => (language === 'en' ? 'en-GB' : language)

/** The day of a time in UTC: "5 March 2031 (UTC)". */
export function dateInWords(language: Language, at: Date): string {
  const format = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long', timeZone: 'UTC' })
  return `${format.format(at)} (UTC)`
}

/** A time in UTC, to the minute: "5 March 2031 at 23:30 UTC". */
export function momentInWords(language: Language, at: Date): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  return `${new Intl.DateTimeFormat(localeOf(language), options).format(at)} UTC`
}
