import { fetchJson } from './fetch-json.ts'
import { isObject } from './json.ts'
import { type Endpoints, isHttp, type VerifierSettings } from './options.ts'
import { SharedAttempt } from './shared-attempt.ts'
import { UnavailableFailure } from './unavailable.ts'

/** Finds the endpoints of Gatehouse: those of the options, or those that the metadata of the issuer names (RFC 8414). */
export class Discovery {
  readonly #settings: VerifierSettings
  readonly #attempt: SharedAttempt
  #found: Endpoints | null

  constructor(settings: VerifierSettings) {
    this.#settings = settings
    this.#found = settings.endpoints
    this.#attempt = new SharedAttempt(() => this.#discover(), settings.now)
  }

  /** @throws UnavailableFailure if the endpoint is not known */
  async find(name: keyof Endpoints): Promise<URL> {
    if (this.#found === null) await this.#attempt.run()
    const url = this.#found?.[name]
    if (url === undefined)
      throw new UnavailableFailure(`The metadata of the issuer names no endpoint: ${name}.`)
    return new URL(url)
  }

  async #discover(): Promise<void> {
    const { issuer, fetch } = this.#settings
    const url = metadataUrl(issuer)
    const metadata = await fetchJson(fetch, { url })
    // Section 3.3: anyone could publish metadata that names the endpoints of someone else.
    if (!isObject(metadata) || metadata.issuer !== issuer)
      throw new UnavailableFailure(`The metadata at ${url.href} is not that of ${issuer}.`)
    const { jwks_uri: jwks, introspection_endpoint: introspection } = metadata
    const { gatehouse_revocations_endpoint: revocations } = metadata
    if (!isAcceptable(jwks, issuer))
      throw new UnavailableFailure(`The metadata at ${url.href} names no key set.`)
    this.#found = {
      jwks,
      ...(isAcceptable(introspection, issuer) ? { introspection } : {}),
      ...(isAcceptable(revocations, issuer) ? { revocations } : {}),
    }
  }
}

/** Between the host and the path of the issuer (section 3.1). */
function metadataUrl(issuer: string): URL {
  const { origin, pathname } = new URL(issuer)
  return new URL(`/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`, origin)
}

/** Keys and service keys travel encrypted if the issuer does. */
function isAcceptable(url: unknown, issuer: string): url is string {
  return isHttp(url) && (url.startsWith('https:') || issuer.startsWith('http:'))
}
