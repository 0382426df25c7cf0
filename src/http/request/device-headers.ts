/** Control characters, marks that turn or join text, halves of characters, line separators: nothing that shows. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu
const LONGEST_USER_AGENT = 512
const LONGEST_PLATFORM = 32
/** Whatever is read of a header stands at its beginning. */
const LONGEST_HEADER_READ = 2048

/** At most 512 characters, without those that do not show; null when nothing is left. */
export function cleanUserAgent(text: string | null): string | null {
  return clean(text, LONGEST_USER_AGENT)
}

/** `"Windows"` → Windows: a string of RFC 9651, as the client hints want it. Null for none and for an empty one. */
export function readPlatform(text: string | null): string | null {
  const bare = text?.slice(0, LONGEST_HEADER_READ).replace(/["\\]/g, '') ?? null
  return clean(bare, LONGEST_PLATFORM)
}

/** `?1` → true, `?0` → false (RFC 9651); null for everything else. */
export function readMobile(text: string | null): boolean | null {
  if (text === '?1') return true
  return text === '?0' ? false : null
}

/** `de-CH,fr;q=0.9` → de: the primary subtag (RFC 5646) of what the browser puts first. Null for `*` and for rubbish. */
export function readLanguage(text: string | null): string | null {
  const found = /^\s*([a-z]{2,8})(?=[-,;\s]|$)/i.exec(text?.slice(0, LONGEST_HEADER_READ) ?? '')
  return found?.[1]?.toLowerCase() ?? null
}

function clean(text: string | null, longest: number): string | null {
  if (text === null) return null
  const shown = text.slice(0, LONGEST_HEADER_READ).replace(UNSEEN, '').trim().slice(0, longest).trim()
  return shown === '' ? null : shown
}
