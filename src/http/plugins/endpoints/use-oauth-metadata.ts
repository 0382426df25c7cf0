import { acrValues } from '../../../domain/tokens/access-token.ts'
import { isObject, parseJson } from '../../../lib/text/json.ts'
import { jsonResponse } from '../../answer/json-response.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { type JwksDeps, jwksPath, keySetEndpoint } from './use-jwks.ts'
import { revocationFeedPath } from './use-revocation-feed.ts'
import { introspectionPath } from './use-token-introspection.ts'
import { revocationPath } from './use-token-revocation.ts'

export interface OauthMetadataDeps extends JwksDeps {
  /** The `iss` claim of access tokens. */
  readonly issuer: string
  readonly publicUrl: URL
}

const wellKnown = '/.well-known/oauth-authorization-server'

/**
 * Authorization server metadata (RFC 8414): what exists, so that libraries configure themselves. There is no grant, since no
 * endpoint issues tokens by OAuth. Not served if the issuer is no URL, because the member `issuer` must be one.
 */
export function useOauthMetadata(deps: OauthMetadataDeps): HttpPlugin[] {
  const path = metadataPath(deps.issuer)
  if (path === null) return []
  return [
    keySetEndpoint(deps, path, ({ body }, headers) =>
      jsonResponse(200, metadataOf(deps, algorithmsOf(body)), headers),
    ),
  ]
}

/** Between the host and the path of the issuer (section 3.1). */
function metadataPath(issuer: string): string | null {
  if (!/^https?:/.test(issuer) || !URL.canParse(issuer)) return null
  const { pathname } = new URL(issuer)
  return `${wellKnown}${pathname.replace(/\/$/, '')}`
}

function metadataOf({ issuer, publicUrl }: OauthMetadataDeps, algorithms: readonly string[]): object {
  const urlOf = (path: string) => new URL(path, publicUrl).href
  return {
    issuer,
    jwks_uri: urlOf(jwksPath),
    introspection_endpoint: urlOf(introspectionPath),
    introspection_endpoint_auth_methods_supported: ['Bearer'],
    revocation_endpoint: urlOf(revocationPath),
    revocation_endpoint_auth_methods_supported: ['none'],
    gatehouse_revocations_endpoint: urlOf(revocationFeedPath),
    response_types_supported: [],
    grant_types_supported: [],
    access_token_signing_alg_values_supported: algorithms,
    acr_values_supported: Object.values(acrValues),
  }
}

/** The algorithms of the published keys: during a change of SIGNING_ALGORITHM there are two. */
function algorithmsOf(jwks: string): readonly string[] {
  const parsed = parseJson(jwks)
  const keys: unknown = isObject(parsed) ? parsed.keys : null
  const found = Array.isArray(keys) ? keys.map((key: unknown) => (isObject(key) ? key.alg : null)) : []
  return [...new Set(found.filter((algorithm) => typeof algorithm === 'string'))]
}
