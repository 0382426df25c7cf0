import { defaultLanguage, type Language, languageOf } from '../../texts/languages.ts'

/**
 * The language of a mail: that of the account at the time of sending, else the one that was stored with the mail, else
 * English. Both are BCP 47 tags. A tag of a language without texts means English.
 */
export function mailLanguage(accountLocale: string | null, storedLocale: string | null): Language {
  const tag = accountLocale ?? storedLocale
  return (tag === null ? null : languageOf(tag)) ?? defaultLanguage
}
