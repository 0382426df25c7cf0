import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AccessTokenVerifier } from '../../src/domain/tokens/access-token-verifier.ts'
import { reasonOf } from '../support/answers.ts'
import { Forger } from '../support/forger.ts'
import { loginDocument } from '../support/operations.ts'
import { type SignedIn, signUp, tryMe, tryRefresh } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let ada: SignedIn
let forger: Forger
beforeAll(async () => {
  // Each refused token is followed by a login: more than an account may have sessions.
  test = await createTestApp({ env: { SESSION_LIMIT: '1000' } })
  ada = await signUp(test.actor())
  forger = await Forger.of(test, ada.accessToken)
})
afterAll(() => test.close())

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const now = () => Math.floor(test.clock.now().getTime() / 1000)

/** Header and claims of a genuine token with another `alg` and any signature. */
function resigned(alg: string, signature: (input: string) => string): string {
  const input = `${forger.text(forger.header, { alg })}.${forger.text(forger.claims, {})}`
  return `${input}.${signature(input)}`
}

function hmacWith(secret: string | Buffer): string {
  return resigned('HS256', (input) => createHmac('sha256', secret).update(input).digest('base64url'))
}

function signWith(alg: string, hash: string, key: KeyObject, padding = constants.RSA_PKCS1_PADDING): string {
  const how = { key, padding, dsaEncoding: 'ieee-p1363' as const }
  return resigned(alg, (input) => sign(hash, Buffer.from(input), how).toString('base64url'))
}

/** The same bytes, written with other unused bits in the last character. */
function withTrailingBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const bytes = Buffer.from(text, 'base64url')
  const other = [...alphabet].find((last) => {
    const changed = text.slice(0, -1) + last
    return changed !== text && Buffer.from(changed, 'base64url').equals(bytes)
  })
  if (other === undefined) throw new Error('No unused bits in this text.')
  return text.slice(0, -1) + other
}

/** Claims whose text has unused bits at its end, so that it can be written in two ways. */
function looseClaims(): string {
  for (const pad of ['', 'x', 'xx']) {
    const text = forger.text(forger.claims, { pad })
    if (text.length % 4 !== 0) return text
  }
  throw new Error('unreachable')
}

function partsOf(token: string): [string, string, string] {
  const [header = '', claims = '', signature = ''] = token.split('.')
  return [header, claims, signature]
}

const signatures: Record<string, () => string> = {
  'alg none without a signature': () => resigned('none', () => ''),
  'alg none with rubbish for a signature': () => resigned('none', () => 'AAAA'),
  'alg None with the genuine signature': () => resigned('None', () => partsOf(ada.accessToken)[2]),
  'HS256 with the public key as PEM': () =>
    hmacWith(forger.publicKey.export({ type: 'spki', format: 'pem' })),
  'HS256 with the public key as PKCS #1 PEM': () =>
    hmacWith(forger.publicKey.export({ type: 'pkcs1', format: 'pem' })),
  'HS256 with the public key as DER': () =>
    hmacWith(forger.publicKey.export({ type: 'spki', format: 'der' })),
  'HS256 with the public JWK': () => hmacWith(JSON.stringify(forger.publicKey.export({ format: 'jwk' }))),
  'HS256 with the modulus': () =>
    hmacWith(Buffer.from(String(forger.publicKey.export({ format: 'jwk' }).n), 'base64url')),
  'HS256 with the kid': () => hmacWith(String(forger.header.kid)),
  'RS256 with a key of another service under our kid': () => forger.forge({}, {}, stranger.privateKey),
  'ES256 under our kid': () => signWith('ES256', 'sha256', elliptic.privateKey),
  'RS256 in lower case': () => forger.forge({ alg: 'rs256' }),
  'a signature of another token': () => {
    const [header, claims] = partsOf(forger.forge({}, { role: 'ADMIN' }))
    return `${header}.${claims}.${partsOf(ada.accessToken)[2]}`
  },
  'a role changed under the signature': () => {
    const [header, , signature] = partsOf(ada.accessToken)
    return `${header}.${forger.text(forger.claims, { role: 'ADMIN' })}.${signature}`
  },
  'the right key with another algorithm, RS512': () => signWith('RS512', 'sha512', forger.privateKey),
  'the right key with another algorithm, PS256': () =>
    signWith('PS256', 'sha256', forger.privateKey, constants.RSA_PKCS1_PSS_PADDING),
}

const headers: Record<string, () => string> = {
  'no kid': () => forger.forge({ kid: undefined }),
  'an unknown kid': () => forger.forge({ kid: 'another' }),
  'an empty kid': () => forger.forge({ kid: '' }),
  'a path for a kid': () => forger.forge({ kid: '../../../../dev/null' }),
  'SQL for a kid': () => forger.forge({ kid: `x' UNION SELECT '${forger.header.kid}' --` }),
  'the kid in an array': () => forger.forge({ kid: [forger.header.kid] }),
  'a property of Object for a kid': () => forger.forge({ kid: '__proto__' }),
  'a method of Object for a kid': () => forger.forge({ kid: 'constructor' }),
  'typ JWT': () => forger.forge({ typ: 'JWT' }),
  'no typ': () => forger.forge({ typ: undefined }),
  'typ in capitals': () => forger.forge({ typ: 'AT+JWT' }),
  'typ with the media type prefix': () => forger.forge({ typ: 'application/at+jwt' }),
  'an embedded jwk with its own signature': () =>
    forger.forge({ jwk: stranger.publicKey.export({ format: 'jwk' }) }, {}, stranger.privateKey),
  'an embedded jwk beside a genuine signature': () =>
    forger.forge({ jwk: forger.publicKey.export({ format: 'jwk' }) }),
  'a jku': () => forger.forge({ jku: 'https://attacker.example/jwks.json' }),
  'an x5u': () => forger.forge({ x5u: 'https://attacker.example/cert.pem' }),
  'an x5c': () => forger.forge({ x5c: ['MIIB'] }),
  'a critical header of no meaning': () => forger.forge({ crit: ['exp'], exp: 1 }),
  'an empty crit': () => forger.forge({ crit: [] }),
  'unencoded content': () => forger.forge({ b64: false, crit: ['b64'] }),
  'b64 true, understood': () => forger.forge({ b64: true, crit: ['b64'] }),
  'a nested content type': () => forger.forge({ cty: 'JWT' }),
  'a compressed content': () => forger.forge({ zip: 'DEF' }),
  'a name twice in the header': () =>
    forger.forge(`{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"${forger.header.kid}"}`),
  'blanks in the header': () =>
    forger.forge(`{ "alg":"RS256", "typ":"at+jwt", "kid":"${forger.header.kid}" }`),
  'a header that is an array': () => forger.forge('["RS256","at+jwt","kid"]'),
  'a header that is no JSON': () => forger.forge('{'),
  'a header that is null': () => forger.forge('null'),
}

const claims: Record<string, () => string> = {
  'another issuer': () => forger.forge({}, { iss: 'https://attacker.example' }),
  'the issuer and a slash': () => forger.forge({}, { iss: `${forger.claims.iss}/` }),
  'no issuer': () => forger.forge({}, { iss: undefined }),
  'the issuer in an array': () => forger.forge({}, { iss: [forger.claims.iss] }),
  'another audience': () => forger.forge({}, { aud: 'other' }),
  'no audience': () => forger.forge({}, { aud: undefined }),
  'other audiences in an array': () => forger.forge({}, { aud: ['other', 'gatehouse2'] }),
  'no audience in an array': () => forger.forge({}, { aud: [] }),
  'an audience in an object': () => forger.forge({}, { aud: { 0: 'gatehouse' } }),
  'nbf in the future': () => forger.forge({}, { nbf: now() + 60 }),
  'nbf as text': () => forger.forge({}, { nbf: String(now() - 60) }),
  'iat in the future': () => forger.forge({}, { iat: now() + 60, exp: now() + 600 }),
  'no iat': () => forger.forge({}, { iat: undefined }),
  'no exp': () => forger.forge({}, { exp: undefined }),
  'exp as text': () => forger.forge({}, { exp: String(now() + 600) }),
  'exp in the far future, as infinity': () =>
    forger.forge({}, JSON.stringify(forger.claims).replace(/"exp":\d+/, '"exp":1e999')),
  'sub as a number': () => forger.forge({}, { sub: 7 }),
  'no sub': () => forger.forge({}, { sub: undefined }),
  'sub in capitals': () => forger.forge({}, { sub: String(forger.claims.sub).toUpperCase() }),
  'sub as SQL': () => forger.forge({}, { sub: "' OR 1=1 --" }),
  'no sid': () => forger.forge({}, { sid: undefined }),
  'no tid': () => forger.forge({}, { tid: undefined }),
  'no jti': () => forger.forge({}, { jti: undefined }),
  'ver as text': () => forger.forge({}, { ver: '0' }),
  'no ver': () => forger.forge({}, { ver: undefined }),
  'ver as a fraction': () => forger.forge({}, { ver: 0.5 }),
  'an unknown role': () => forger.forge({}, { role: 'ROOT' }),
  'a property of Object for a role': () => forger.forge({}, { role: 'constructor' }),
  'no auth_time': () => forger.forge({}, { auth_time: undefined }),
  'amr as text': () => forger.forge({}, { amr: 'pwd' }),
  'claims that are an array': () => forger.forge({}, '[]'),
  'claims that are text': () => forger.forge({}, '"claims"'),
  'claims that are no JSON': () => forger.forge({}, 'claims'),
  'more than 4 kB': () => forger.forge({}, { filler: 'x'.repeat(5000) }),
}

const forms: Record<string, () => string> = {
  nothing: () => '',
  'no dots': () => ada.accessToken.replaceAll('.', ''),
  'two parts': () => partsOf(ada.accessToken).slice(0, 2).join('.'),
  'four parts': () => `${ada.accessToken}.AAAA`,
  'a dot at the end': () => `${ada.accessToken}.`,
  'five parts, as an encrypted token has': () =>
    `${forger.text({}, { alg: 'RSA-OAEP', enc: 'A256GCM' })}.AAAA.AAAA.AAAA.AAAA`,
  'a shorter header': () => ada.accessToken.slice(1),
  'shorter claims': () =>
    partsOf(ada.accessToken)
      .map((part, at) => (at === 1 ? part.slice(0, -4) : part))
      .join('.'),
  'a shorter signature': () => ada.accessToken.slice(0, -4),
  'no signature': () => `${partsOf(ada.accessToken).slice(0, 2).join('.')}.`,
  'an empty header': () => `.${partsOf(ada.accessToken).slice(1).join('.')}`,
  'blanks in front': () => ` ${ada.accessToken}`,
  'a blank inside': () => ada.accessToken.replace('.', ' .'),
  'a tab inside': () => ada.accessToken.replace('.', '.\t'),
  'a comma and a second token': () => `${ada.accessToken}, ${ada.accessToken}`,
  'padding after the signature': () => `${ada.accessToken}==`,
  'padding in the header, signed': () =>
    forger.signText(`${forger.text(forger.header, {})}=`, forger.text(forger.claims, {})),
  'plain base64 in the signature': () => {
    const [header, payload, signature] = partsOf(ada.accessToken)
    return `${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`
  },
  'unused bits in the signature': () => {
    const [header, payload, signature] = partsOf(ada.accessToken)
    return `${header}.${payload}.${withTrailingBits(signature)}`
  },
  'unused bits in the claims, signed': () =>
    forger.signText(forger.text(forger.header, {}), withTrailingBits(looseClaims())),
  'a refresh token': () => ada.refreshToken,
}

describe.each([
  ['signature', signatures],
  ['header', headers],
  ['claims', claims],
  ['form', forms],
])('a bearer token with a wrong %s', (_what, cases) => {
  it.each(Object.entries(cases))('is refused: %s', async (_name, make) => {
    const authorization = { authorization: `Bearer ${make()}` }
    const me = await ada.actor.ask('{ me { id } }', {}, authorization)
    expect(me.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_INVALID' } }])
    expect([me.status, me.data]).toEqual([200, { me: null }])
    const input = { identifier: ada.email, password: goodPassword }
    const login = await ada.actor.ask(loginDocument, { input }, authorization)
    expect(login.data.login.__typename).toBe('LoginSuccess')
  })
})

describe('a bearer token', () => {
  it('is accepted when nothing is wrong with it', async () => {
    const fine = [
      forger.forge(),
      forger.forge({}, { aud: ['other', 'gatehouse'] }),
      forger.forge({}, { iat: now() + 3 }),
      forger.forge({}, { exp: now() - 3 }),
      forger.forge({}, { nbf: now() + 3 }),
    ]
    for (const token of fine) expect(reasonOf(await tryMe(ada.actor, token))).toBe('ok')
  })

  it('is TOKEN_EXPIRED 5 s after its expiry', async () => {
    const expired = forger.forge({}, { exp: now() - 6 })
    expect(reasonOf(await tryMe(ada.actor, expired))).toBe('TOKEN_EXPIRED')
    const alsoForged = forger.forge({}, { exp: now() - 6 }, stranger.privateKey)
    expect(reasonOf(await tryMe(ada.actor, alsoForged))).toBe('TOKEN_INVALID')
  })

  it('is held to the same rules in a cookie', async () => {
    const ask = (token: string) =>
      ada.actor.ask('{ me { id } }', {}, { cookie: `__Host-gatehouse-access=${token}` })
    expect(reasonOf(await ask(forger.forge()))).toBe('ok')
    for (const make of [...Object.values(signatures), ...Object.values(headers)]) {
      expect(reasonOf(await ask(make()))).toBe('TOKEN_INVALID')
    }
  })

  it('is refused with a line break or a blank around it, by every caller of the verifier', async () => {
    const key = {
      kid: String(forger.header.kid),
      algorithm: 'RS256' as const,
      publicKey: forger.publicKey,
    }
    const { tokens: settings } = test.config
    const keys = { find: async () => key, holds: () => true }
    const verifier = new AccessTokenVerifier({ keys, settings, clock: test.clock })
    expect((await verifier.verify(ada.accessToken)).rejection).toBeNull()
    for (const around of ['\n', '\r\n', ' ', '\t', '\u00a0', '\ufeff', '\0']) {
      for (const text of [around + ada.accessToken, ada.accessToken + around]) {
        expect(await verifier.verify(text)).toEqual({ claims: null, rejection: 'MALFORMED' })
      }
    }
  })

  it('is no refresh token', async () => {
    const answer = await tryRefresh(ada.actor, ada.accessToken)
    expect(answer.data.refresh).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
  })
})

describe('the log', () => {
  it('holds nothing of the tokens', () => {
    const log = test.log.join('\n')
    expect(test.log.length).toBeGreaterThan(100)
    for (const make of [signatures, headers, claims, forms].flatMap((cases) => Object.values(cases))) {
      for (const part of make()
        .split('.')
        .filter((text) => text.length > 8))
        expect(log).not.toContain(part)
    }
    for (const text of ['/dev/null', 'UNION SELECT', 'attacker.example', 'ROOT'])
      expect(log).not.toContain(text)
  })
})
