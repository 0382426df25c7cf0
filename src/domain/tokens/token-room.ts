import type { SigningKeySettings } from '../keys/signing-key.ts'
import type { TokenSettings } from './access-token.ts'

/** The longest values of all claims besides `scope`, `roles` and mapped ones. */
function longestClaims({ issuer, audience, clientId }: TokenSettings): object {
  const [uuid, time, count] = ['0'.repeat(36), 9_999_999_999, 4_294_967_295]
  return {
    client_id: clientId,
    sid: uuid,
    tid: uuid,
    ver: count,
    role: 'MODERATOR',
    gen: count,
    amr: ['pwd', 'otp', 'pop', 'user', 'mfa'],
    acr: 'aal2',
    auth_time: time,
    acv: count,
    mfa_time: time,
    iss: issuer,
    aud: audience,
    sub: uuid,
    jti: uuid,
    iat: time,
    exp: time,
  }
}

/** Characters of a thumbprint (RFC 7638), which is the `kid` of every key. */
const kidLength = 43

/**
 * Number of bytes of `scope`, `roles` and mapped claims with which every access token has at most that many characters. A long issuer,
 * audience or signature leaves less.
 */
export function tokenRoomBytes(settings: TokenSettings & SigningKeySettings, maxTokenLength: number): number {
  const header = { alg: settings.algorithm, typ: 'at+jwt', kid: '0'.repeat(kidLength) }
  const signatureBytes = settings.algorithm === 'RS256' ? settings.rsaKeyBits / 8 : 64
  const characters = maxTokenLength - 2 - encodedLength(bytesOf(header)) - encodedLength(signatureBytes)
  // The brackets of accessBytes stand for a comma of the payload.
  return Math.floor((characters * 3) / 4) - bytesOf(longestClaims(settings))
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** The length of base64url without padding. */
function encodedLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
