/** Invisible characters: control and format characters, unpaired surrogates, line and paragraph separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu
const maxUserAgentLength = 512
const maxPlatformLength = 32
/** Only the beginning of a header is read. */
const maxHeaderLength = 2048

/** At most 512 characters, without invisible ones; null if nothing is left. */
export function cleanUserAgent(text: string | null): string | null {
  return clean(text, maxUserAgentLength)
}

/** `"Windows"` → Windows: a string of RFC 9651, as client hints require. Null if absent or empty. */
export function readPlatform(text: string | null): string | null {
  const bare = text?.slice(0, maxHeaderLength).replace(/["\\]/g, '') ?? null
  return clean(bare, maxPlatformLength)
}

/** `?1` → true, `?0` → false (RFC 9651); null for everything else. */
export function readMobile(text: string | null): boolean | null {
  if (text === '?1') return true
  return text === '?0' ? false : null
}

/** `de-CH,fr;q=0.9` → de: the primary subtag (RFC 5646) of the first language. Null for `*` and for invalid values. */
export function readLanguage(text: string | null): string | null {
  const found = /^\s*([a-z]{2,8})(?=[-,;\s]|$)/i.exec(text?.slice(0, maxHeaderLength) ?? '')
  return found?.[1]?.toLowerCase() ?? null
}

function clean(text: string | null, maxLength: number): string | null {
  if (text === null) return null
  const visible = text.slice(0, maxHeaderLength).replace(invisible, '').trim().slice(0, maxLength).trim()
  return visible === '' ? null : visible
}
