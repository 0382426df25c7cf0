/** Control characters, marks that turn or join text, halves of characters, line separators: nothing that shows. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/gu
const maxUserAgent = 512
const maxPlatform = 32
/** Whatever is read of a header stands at its beginning. */
const maxHeaderRead = 2048

/** At most 512 characters, without those that do not show; null when nothing is left. */
export function cleanUserAgent(text: string | null): string | null {
  return clean(text, maxUserAgent)
}

/** `"Windows"` → Windows: a string of RFC 9651, as the client hints want it. Null for none and for an empty one. */
export function readPlatform(text: string | null): string | null {
  const bare = text?.slice(0, maxHeaderRead).replace(/["\\]/g, '') ?? null
  return clean(bare, maxPlatform)
}

/** `?1` → true, `?0` → false (RFC 9651); null for everything else. */
export function readMobile(text: string | null): boolean | null {
  if (text === '?1') return true
  return text === '?0' ? false : null
}

/** `de-CH,fr;q=0.9` → de: the primary subtag (RFC 5646) of what the browser puts first. Null for `*` and for rubbish. */
export function readLanguage(text: string | null): string | null {
  const found = /^\s*([a-z]{2,8})(?=[-,;\s]|$)/i.exec(text?.slice(0, maxHeaderRead) ?? '')
  return found?.[1]?.toLowerCase() ?? null
}

function clean(text: string | null, longest: number): string | null {
  if (text === null) return null
  const shown = text.slice(0, maxHeaderRead).replace(unseen, '').trim().slice(0, longest).trim()
  return shown === '' ? null : shown
}
