/** Longest tag that RFC 5646 (section 4.4.1) recommends to support. */
export const maxLocaleLength = 35

/**
 * The canonical form of a BCP 47 language tag: `de-AT` for `DE-at`. Null if the text is not a well-formed tag
 * (UTS 35, unicode_locale_id) of at most 35 characters. The language need not have texts.
 */
export function normaliseLocale(raw: string): string | null {
  if (raw.length > maxLocaleLength) return null
  try {
    const [tag = null] = Intl.getCanonicalLocales(raw)
    return tag !== null && tag.length <= maxLocaleLength ? tag : null
  } catch {
    return null
  }
}
