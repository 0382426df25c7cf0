import { isIP } from 'node:net'
import type { Rule } from './rule.ts'
import { isSafe, origin } from './url-rules.ts'

const domainName =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** SHA-256 of the certificate that signs an Android application, in base64url. */
const androidOrigin = /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/

/** An RP id (WebAuthn section 4): a domain name. Browsers refuse IP addresses. */
export const rpId: Rule<string> = {
  expected: 'a domain name such as example.com, or localhost, without scheme and port',
  parse: (text) => {
    const domain = text.toLowerCase()
    if (isIP(domain) !== 0) return null
    return domain === 'localhost' || domainName.test(domain) ? domain : null
  },
}

/** The origin in a WebAuthn response. */
export const webauthnOrigin: Rule<string> = {
  expected:
    'an origin such as https://app.example.com, http only for loopback, or android:apk-key-hash:… of an Android application',
  parse: (text) => {
    if (androidOrigin.test(text)) return text
    const parsed = origin.parse(text)
    return parsed !== null && isSafe(new URL(parsed)) ? parsed : null
  },
}
