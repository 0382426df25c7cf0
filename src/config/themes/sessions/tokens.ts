import type { SigningKeySettings } from '../../../domain/keys/signing-key.ts'
import type { TokenSettings } from '../../../domain/tokens/access-token.ts'
import type { MappedClaim } from '../../../domain/tokens/mapped-claim.ts'
import type { EnvReader } from '../../env-reader.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import { mappedClaim } from '../../rules/claim-rule.ts'
import { listOf } from '../../rules/list-rules.ts'
import { integer, oneNumberOf } from '../../rules/number-rules.ts'
import { word } from '../../rules/text-rules.ts'
import type { Variables } from '../../variable.ts'

export const tokenVariables = {
  TOKEN_ISSUER: { unset: '`PUBLIC_URL`', description: 'The `iss` claim of access tokens.' },
  TOKEN_AUDIENCE: { default: 'gatehouse', description: 'The `aud` claim of access tokens.' },
  CLIENT_ID: { default: 'gatehouse', description: 'The `client_id` claim of access tokens.' },
  SIGNING_ALGORITHM: {
    default: 'RS256',
    description: 'Signature algorithm of access tokens: `RS256`, `ES256` or `EdDSA`.',
  },
  RSA_KEY_BITS: {
    default: '2048',
    unit: 'bits',
    description: 'Size of RSA signing keys: 2048 (112 bits of security), 3072 (128, recommended) or 4096.',
  },
  ACCESS_TOKEN_SECONDS: {
    default: '900',
    unit: 's',
    description: 'Lifetime of an access token, 60 to 3600.',
  },
  TOKEN_CLAIMS: {
    unset: 'none',
    description:
      'Claims of access tokens from the metadata of users: up to 20 of `name=key`, separated by commas, the most important one first. A name is an absolute URI, such as `https://acme.example/plan=plan`; a key is a member of the metadata. Values are strings of at most 256 characters, numbers, booleans, and lists of at most 20 such strings. If a token has no room, the last ones are left out. Names together: at most 600 characters.',
  },
  REVOCATION_STALENESS_SECONDS: {
    default: '5',
    unit: 's',
    description:
      'Maximum age of the revocation list in memory, 2 to 60. If the list is older, each request queries the database.',
  },
} as const satisfies Variables

export type TokenConfig = TokenSettings & SigningKeySettings

export function readTokens(reader: EnvReader<typeof tokenVariables>, publicUrl: URL): TokenConfig {
  const claims = reader.read('TOKEN_CLAIMS', listOf(mappedClaim), [])
  checkClaims(reader, claims)
  return {
    issuer: reader.read('TOKEN_ISSUER', word, publicUrl.origin),
    audience: reader.readOrDefault('TOKEN_AUDIENCE', word),
    clientId: reader.readOrDefault('CLIENT_ID', word),
    algorithm: reader.readOrDefault('SIGNING_ALGORITHM', oneOf('RS256', 'ES256', 'EdDSA')),
    rsaKeyBits: reader.readOrDefault('RSA_KEY_BITS', oneNumberOf(2048, 3072, 4096)),
    accessTokenSeconds: reader.readOrDefault('ACCESS_TOKEN_SECONDS', integer(60, 3600)),
    claims,
  }
}

const maxClaims = 20
/** Fits into every token, whatever its issuer, audience and signature. */
const maxNamesLength = 600

function checkClaims(reader: EnvReader<typeof tokenVariables>, claims: readonly MappedClaim[]): void {
  const names = claims.map(({ claim }) => claim)
  const tooLong = names.join('').length - maxNamesLength
  reader.check(
    ['TOKEN_CLAIMS'],
    claims.length <= maxClaims,
    `has ${claims.length} claims: at most ${maxClaims}.`,
  )
  reader.check(['TOKEN_CLAIMS'], new Set(names).size === names.length, 'names a claim twice.')
  reader.check(
    ['TOKEN_CLAIMS'],
    tooLong <= 0,
    `has names of more than ${maxNamesLength} characters together: ${tooLong} too many.`,
  )
}

export function readRevocationStaleness(reader: EnvReader<typeof tokenVariables>): number {
  return reader.readOrDefault('REVOCATION_STALENESS_SECONDS', integer(2, 60))
}
