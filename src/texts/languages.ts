/** Languages of pages and mails, as primary language subtags of BCP 47. */
export const languages = ['en', 'de', 'fr', 'es'] as const
export type Language = (typeof languages)[number]

/** The language of people who prefer none of the others. */
export const defaultLanguage: Language = 'en'

/** The language for a BCP 47 tag, such as `de` for `de-AT`; null if there are no texts for it. */
export function languageOf(tag: string): Language | null {
  const [primary = ''] = tag.toLowerCase().split(/[-_]/)
  return languages.find((language) => language === primary) ?? null
}

/** The preferred language of an Accept-Language header (RFC 9110, section 12.5.4). */
export function negotiateLanguage(header: string | null): Language {
  const ranges = (header ?? '').slice(0, maxHeaderLength).split(',').map(parseRange)
  const preferred = ranges.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight)
  for (const { tag } of preferred) {
    const language = languageOf(tag)
    if (language !== null) return language
  }
  return defaultLanguage
}

/** Longer than the header of any browser. */
const maxHeaderLength = 500

function parseRange(range: string): { readonly tag: string; readonly weight: number } {
  const [tag = '', ...parameters] = range.trim().split(/\s*;\s*/)
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return { tag, weight: Number.isFinite(weight) ? weight : 0 }
}
