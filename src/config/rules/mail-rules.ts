import type { MailSender } from '../../domain/mail/mail-transport.ts'
import { Secret } from '../../lib/crypto/secret.ts'
import { normaliseEmail } from '../../lib/text/email-address.ts'
import type { Rule } from './rule.ts'

const namedAddress = /^(?:"([^"\\]+)"|([^"\\<>()[\]:;@,]+?)) <([^<>]+)>$/

/** One address, with or without a name: no list, no quoted local part, no line break (ASVS 5.0, 1.3.11). */
export const sender: Rule<MailSender> = {
  expected:
    'one address as name@example.com or Name <name@example.com> (put a name with commas or special characters in quotes)',
  parse: (text) => {
    if (/\p{C}/u.test(text)) return null
    const [, quoted, plain, named] = namedAddress.exec(text) ?? []
    const email = named ?? text
    const address = /^[^@]+@localhost$/.test(email) ? readLocal(email) : normaliseEmail(email)
    return address === null ? null : { name: quoted ?? plain ?? null, email: address }
  },
}

/** An address of this machine, for development. Its local part follows the same rules as any other. */
function readLocal(email: string): string | null {
  return normaliseEmail(`${email}.test`) === null ? null : email
}

/** One address without a name. */
export const mailAddress: Rule<string> = {
  expected: 'one address as name@example.com',
  parse: (text) => (text.includes('<') ? null : (sender.parse(text)?.email ?? null)),
}

/** A mail server. Path and query are invalid because the mail library would read them as settings. */
export const smtpUrl: Rule<Secret> = {
  expected: 'smtp://user:password@host:port or smtps://…, percent-encoded, without path and query',
  parse: (text) => {
    if (!/^smtps?:\/\//.test(text) || /\s/.test(text) || !URL.canParse(text)) return null
    const { hostname, pathname, search, hash, username, password } = new URL(text)
    const bare = hostname !== '' && (pathname === '' || pathname === '/') && search === '' && hash === ''
    return bare && isDecodable(username) && isDecodable(password) ? new Secret(text) : null
  },
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
