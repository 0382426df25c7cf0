import { Secret } from '../lib/secret.ts'
import { isLoopback } from './network-rules.ts'
import type { Rule } from './rules.ts'

/** Who mails come from, as the From header shows it. */
export interface Sender {
  /** Null: the bare address. */
  readonly name: string | null
  readonly email: string
}

const maxAddress = 254
const address = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i
const namedAddress = /^(?:"([^"\\]+)"|([^"\\<>()[\]:;@,]+?)) <([^<>]+)>$/
const placeholder = '{token}'

/** A text of one line that people read. */
export const title: Rule<string> = {
  wants:
    '1 to 60 characters without line breaks and control characters, not beginning or ending with a blank',
  parse: (text) => (/^[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]{0,58}[^\p{C}\p{Z}])?$/u.test(text) ? text : null),
}

/** A colour as CSS and mail programs alike know it. */
export const color: Rule<string> = {
  wants: 'a colour such as #2f5bd7',
  parse: (text) => (/^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : null),
}

/** One address, with or without a name: no list, no quoted local part, no line break (ASVS 5.0, 1.3.11). */
export const sender: Rule<Sender> = {
  wants:
    'one address as name@example.com or Name <name@example.com> (a name with a comma or the like in quotes)',
  parse: (text) => {
    if (/\p{C}/u.test(text)) return null
    const [, quoted, plain, named] = namedAddress.exec(text) ?? []
    const email = named ?? text
    if (email.length > maxAddress || !address.test(email) || email.includes('..')) return null
    return { name: quoted ?? plain ?? null, email }
  },
}

/** One bare address. */
export const mailAddress: Rule<string> = {
  wants: 'one address as name@example.com',
  parse: (text) => (text.includes('<') ? null : (sender.parse(text)?.email ?? null)),
}

/** A mail server: a path or options behind it would be taken for settings that count. */
export const smtpUrl: Rule<Secret> = {
  wants: 'smtp://user:password@host:port or smtps://…, percent-encoded, without path and query',
  parse: (text) => {
    if (!/^smtps?:\/\//.test(text) || /\s/.test(text) || !URL.canParse(text)) return null
    const { hostname, pathname, search, hash, username, password } = new URL(text)
    const bare = hostname !== '' && (pathname === '' || pathname === '/') && search === '' && hash === ''
    return bare && isDecodable(username) && isDecodable(password) ? new Secret(text) : null
  },
}

/** A key that travels in a header. */
export const apiKey: Rule<Secret> = {
  wants: 'at most 255 visible ASCII characters without blanks',
  parse: (text) => (/^[\x21-\x7e]{1,255}$/.test(text) ? new Secret(text) : null),
}

/** Where an application is, which may be below a path. */
export const pageUrl: Rule<URL> = {
  wants: 'an http or https URL without query, fragment and credentials',
  parse: (text) => {
    const url = parsePage(text)
    return url === null || text.includes('?') || text.includes('#') ? null : url
  },
}

/** The address of a page with one `{token}` behind its host; the text itself is the value. */
export const linkTemplate: Rule<string> = {
  wants: 'an http or https URL with {token} once, in path, query or fragment, without credentials',
  parse: (text) => {
    const [before, after, ...more] = text.split(placeholder)
    if (before === undefined || after === undefined || more.length > 0) return null
    const [one, other] = [parsePage(`${before}a${after}`), parsePage(`${before}bb${after}`)]
    return one !== null && one.origin === other?.origin ? text : null
  },
}

/** Whether what travels to this URL is safe from others on the way. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url)
}

function parsePage(text: string): URL | null {
  if (!/^https?:\/\/[^\s\\"<>`]+$/i.test(text) || /\p{C}/u.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url : null
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
