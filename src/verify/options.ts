import { isUuid } from './token-claims.ts'

/** The algorithms with which Gatehouse signs (SIGNING_ALGORITHM). */
export const signingAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** The tenant that every installation has. */
export const defaultTenantId = '00000000-0000-7000-8000-000000000001'

interface CommonOptions {
  /** TOKEN_ISSUER of Gatehouse, by default its PUBLIC_URL. Compared exactly with `iss`. */
  readonly issuer: string
  /** TOKEN_AUDIENCE of Gatehouse. Compared exactly with `aud`. */
  readonly audience: string
  /** Where Gatehouse is reached. Without it, the URLs are read from the metadata of the issuer (RFC 8414). */
  readonly endpoints?: Endpoints
  /** The accepted algorithms. A key verifies only the one that it is published with. Defaults to RS256, ES256 and EdDSA. */
  readonly algorithms?: readonly SigningAlgorithm[]
  /** Maximum difference between the clocks of Gatehouse and of this process. Defaults to 5, at most 60. */
  readonly clockToleranceSeconds?: number
  /** An API key of this service with the permission tokens:verify. Required by `revocations` and `apiKeys`. */
  readonly serviceKey?: string
  /**
   * Follows the revocation feed, so that ended sessions and changed roles are refused within about two seconds. The service key must
   * belong to the tenant `default`. Without it, a revoked token is accepted until it expires.
   */
  readonly revocations?: boolean | RevocationOptions
  /** Accepts API keys, which Gatehouse checks (RFC 7662). Without it they are refused. */
  readonly apiKeys?: boolean | ApiKeyOptions
  /** Called if something cannot be checked, at most once a second for each cause. For your log. */
  readonly onUnavailable?: (cause: Error) => void
  /** Replaces the global fetch. */
  readonly fetch?: typeof fetch
  /** Replaces Date.now. For tests. */
  readonly now?: () => number
}

/** `tenant`: `default`, or the id of a tenant; credentials of others are refused. `anyTenant`: the service compares `tenantId` itself. */
export type VerifierOptions = CommonOptions &
  (
    | { readonly tenant: string; readonly anyTenant?: undefined }
    | { readonly anyTenant: true; readonly tenant?: undefined }
  )

export interface Endpoints {
  readonly jwks: string
  /** Required by `apiKeys`. */
  readonly introspection?: string
  /** Required by `revocations`. */
  readonly revocations?: string
}

export interface RevocationOptions {
  /** Time between two polls. Defaults to 1. */
  readonly pollSeconds?: number
  /** Age of the last successful poll beyond which no token is accepted. Defaults to 10, at most 300. */
  readonly maxStalenessSeconds?: number
  /** Number of revocations beyond which no token is accepted. Each takes about 100 bytes. Defaults to 1 000 000. */
  readonly maxEntries?: number
}

export interface ApiKeyOptions {
  /** How long a result is used again: a revoked key is accepted so much longer. Defaults to 5, at most 60; 0 asks each time. */
  readonly cacheSeconds?: number
}

/** The options with their defaults. */
export interface VerifierSettings {
  readonly issuer: string
  readonly audience: string
  readonly endpoints: Endpoints | null
  readonly algorithms: ReadonlySet<string>
  readonly clockToleranceSeconds: number
  /** Null: any tenant. */
  readonly tenantId: string | null
  readonly serviceKey: string | undefined
  readonly revocations: Required<RevocationOptions> | null
  readonly apiKeys: Required<ApiKeyOptions> | null
  readonly onUnavailable: (cause: Error) => void
  readonly fetch: typeof fetch
  readonly now: () => number
}

/** @throws TypeError that names the wrong option */
export function readOptions(options: VerifierOptions): VerifierSettings {
  const { issuer, audience, endpoints = null, serviceKey, algorithms = signingAlgorithms } = options
  assertOption(
    typeof issuer === 'string' && issuer !== '',
    'issuer: required, the TOKEN_ISSUER of Gatehouse.',
  )
  assertOption(
    typeof audience === 'string' && audience !== '',
    'audience: required, the TOKEN_AUDIENCE of Gatehouse.',
  )
  assertOption(
    endpoints !== null || (/^https?:/.test(issuer) && URL.canParse(issuer)),
    'endpoints: required, because the issuer is no URL.',
  )
  assertOption(
    algorithms.length > 0 && algorithms.every((name) => signingAlgorithms.includes(name)),
    `algorithms: one or more of ${signingAlgorithms.join(', ')}.`,
  )
  const revocations = readRevocations(options.revocations)
  const apiKeys = readApiKeys(options.apiKeys)
  assertOption(
    (revocations === null && apiKeys === null) || (typeof serviceKey === 'string' && serviceKey !== ''),
    'serviceKey: required by revocations and apiKeys, an API key with the permission tokens:verify.',
  )
  if (endpoints !== null) checkEndpoints(endpoints, revocations !== null, apiKeys !== null)
  return {
    issuer,
    audience,
    endpoints,
    algorithms: new Set(algorithms),
    clockToleranceSeconds: within('clockToleranceSeconds', options.clockToleranceSeconds ?? 5, 0, 60),
    tenantId: readTenant(options),
    serviceKey,
    revocations,
    apiKeys,
    onUnavailable: options.onUnavailable ?? (() => undefined),
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    now: options.now ?? (() => Date.now()),
  }
}

/** The endpoints of Gatehouse at a base URL, for example at an address inside of a cluster that is not its issuer. */
export function endpointsAt(base: string): Required<Endpoints> {
  const at = (path: string) => new URL(path, base).href
  return {
    jwks: at('/.well-known/jwks.json'),
    introspection: at('/oauth2/introspect'),
    revocations: at('/revocations'),
  }
}

function readTenant({ tenant, anyTenant }: { readonly tenant?: unknown; readonly anyTenant?: unknown }) {
  assertOption(
    (tenant === undefined) !== (anyTenant === undefined),
    'tenant: required, or else `anyTenant: true` if the service compares viewer.tenantId itself.',
  )
  if (tenant === undefined) {
    assertOption(anyTenant === true, 'anyTenant: only true.')
    return null
  }
  if (tenant === 'default') return defaultTenantId
  if (isUuid(tenant)) return tenant
  throw wrongOption('tenant: `default`, or the id of a tenant, a UUID in lower case.')
}

function readRevocations(given: VerifierOptions['revocations']): Required<RevocationOptions> | null {
  if (given === undefined || given === false) return null
  const { pollSeconds = 1, maxStalenessSeconds = 10, maxEntries = 1_000_000 } = given === true ? {} : given
  return {
    pollSeconds: within('revocations.pollSeconds', pollSeconds, 0.1, 60),
    maxStalenessSeconds: within('revocations.maxStalenessSeconds', maxStalenessSeconds, pollSeconds, 300),
    maxEntries: within('revocations.maxEntries', maxEntries, 1000, 10_000_000),
  }
}

function readApiKeys(given: VerifierOptions['apiKeys']): Required<ApiKeyOptions> | null {
  if (given === undefined || given === false) return null
  const { cacheSeconds = 5 } = given === true ? {} : given
  return { cacheSeconds: within('apiKeys.cacheSeconds', cacheSeconds, 0, 60) }
}

function checkEndpoints(endpoints: Endpoints, needsRevocations: boolean, needsIntrospection: boolean): void {
  const { jwks, revocations, introspection } = endpoints
  assertOption(isHttp(jwks), 'endpoints.jwks: a URL.')
  assertOption(
    !needsRevocations || isHttp(revocations),
    'endpoints.revocations: a URL, because of revocations.',
  )
  assertOption(
    !needsIntrospection || isHttp(introspection),
    'endpoints.introspection: a URL, because of apiKeys.',
  )
}

export function isHttp(url: unknown): url is string {
  return typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url)
}

function within(name: string, value: number, minimum: number, maximum: number): number {
  assertOption(value >= minimum && value <= maximum, `${name}: from ${minimum} to ${maximum}.`)
  return value
}

function assertOption(condition: boolean, message: string): void {
  if (!condition) throw wrongOption(message)
}

function wrongOption(message: string): TypeError {
  return new TypeError(`createVerifier: ${message}`)
}
