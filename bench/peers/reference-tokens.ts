import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'

export interface Claims {
  readonly sub: string
  readonly sid: string
  readonly exp: number
}

const signAsync = promisify(sign)
const lifetimeSeconds = 900
const maxCached = 10_000
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const header = encode({ alg: 'RS256', typ: 'at+jwt', kid: 'reference' })
const verified = new Map<string, Claims>()

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** An access token, signed with RS256 in the thread pool. */
export async function signAccessToken(sub: string, sid: string): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'reference',
    aud: 'reference',
    sub,
    sid,
    iat,
    exp: iat + lifetimeSeconds,
    role: 'USER',
  }
  const input = `${header}.${encode(claims)}`
  const signature = await signAsync('sha256', Buffer.from(input), keys.privateKey)
  return `${input}.${signature.toString('base64url')}`
}

/** The claims of a valid token; null for another one. A verified token is remembered until it expires. */
export function readAccessToken(token: string): Claims | null {
  const claims = verified.get(token) ?? verifyToken(token)
  if (claims === null || claims.exp * 1000 <= Date.now()) return null
  return claims
}

function verifyToken(token: string): Claims | null {
  const [head, body, signature] = token.split('.')
  if (head === undefined || body === undefined || signature === undefined) return null
  const input = Buffer.from(`${head}.${body}`)
  if (!verify('sha256', input, keys.publicKey, Buffer.from(signature, 'base64url'))) return null
  const claims: Claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  if (verified.size >= maxCached) verified.clear()
  verified.set(token, claims)
  return claims
}

/** An opaque refresh token. Only its digest is stored. */
export const newRefreshToken = () => randomBytes(32).toString('base64url')
export const digestOf = (token: string) => createHash('sha256').update(token).digest()
