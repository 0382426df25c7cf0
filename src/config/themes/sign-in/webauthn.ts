import type { PasskeyRp } from '../../../domain/factors/passkey-rp.ts'
import type { EnvReader } from '../../env-reader.ts'
import { listOf } from '../../rules/list-rules.ts'
import { isSafe } from '../../rules/url-rules.ts'
import { rpId, webauthnOrigin } from '../../rules/webauthn-rules.ts'
import type { Variables } from '../../variable.ts'

export const webauthnVariables = {
  WEBAUTHN_RP_ID: {
    unset: 'the host of `PUBLIC_URL`; that of `APP_URL` if it is a parent domain of it',
    description:
      'Domain of the passkeys (RP id). A change makes all passkeys useless, because each belongs to one RP id.',
  },
  WEBAUTHN_ORIGINS: {
    unset: 'the origins of `PUBLIC_URL` and `APP_URL`',
    description:
      'Origins whose pages can register and use passkeys, comma-separated: https, or http for loopback. An Android application has the origin `android:apk-key-hash:…`. Origins outside of the RP id are published at `/.well-known/webauthn`.',
  },
} as const satisfies Variables

/** The site of the passkeys. It comes from the configuration only, never from a request. */
export function readWebauthn(
  reader: EnvReader<typeof webauthnVariables>,
  publicUrl: URL,
  app: { readonly name: string; readonly url: URL },
): PasskeyRp {
  const ownOrigins = [publicUrl, app.url].filter(isSafe).map(({ origin }) => origin)
  return {
    id: reader.read('WEBAUTHN_RP_ID', rpId, defaultRpId(publicUrl.hostname, app.url.hostname)),
    name: app.name,
    origins: [...new Set(reader.read('WEBAUTHN_ORIGINS', listOf(webauthnOrigin), ownOrigins))],
  }
}

/** A parent domain is the RP id of both hosts. Otherwise the pages of the service can publish the other origin. */
function defaultRpId(publicHost: string, appHost: string): string {
  return isWithin(publicHost, appHost) ? appHost : publicHost
}

/** Whether a host is a domain or one of its subdomains. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}
