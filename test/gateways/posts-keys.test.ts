import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPosts } from '../../examples/subgraph-posts/posts.js'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { serve } from './support/loopback.ts'

const issuer = 'http://localhost:4000'
const audience = 'gatehouse'
const id = '00000000-0000-7000-8000-00000000000'
const genuine = {
  ...{ iss: issuer, aud: audience, iat: 1_700_000_000, exp: 4_000_000_000, auth_time: 1_700_000_000 },
  ...{ sub: `${id}2`, sid: `${id}3`, jti: `${id}4`, tid: `${id}1`, ver: 1, role: 'USER', amr: ['pwd'] },
}

describe('the toy subgraph', () => {
  const closer = new Closer()
  let keySet: { status: number; body: string }
  let good: string
  let tokens: Readonly<Record<string, string>>
  beforeAll(async () => {
    const [own, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
    const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k', alg: 'RS256' }
    keySet = { status: 200, body: JSON.stringify({ keys: [jwk] }) }
    const token = (claims: object, key = own.privateKey, kid = 'k') =>
      new SignJWT({ ...genuine, ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
        .sign(key)
    good = await token({})
    tokens = {
      rubbish: 'rubbish',
      'of another audience': await token({ aud: 'other' }),
      'of no session': await token({ sid: undefined }),
      'under another key': await token({}, other.privateKey),
      'under an unknown key': await token({}, own.privateKey, 'unknown'),
      expired: await token({ exp: 1 }),
      'of a session with another type of id': await token({ sid: 's' }),
    }
  })
  afterAll(() => closer.close())

  /** A subgraph that has asked for no keys yet. */
  async function posts(answer: { status: number; body: string }) {
    const jwks = await serve((_incoming, outgoing) => {
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
    })
    closer.add('keys', () => jwks.close())
    const started = await startPosts({ issuer, audience, jwksUrl: jwks.url })
    closer.add('posts', () => started.close())
    return async (bearer: string) => {
      const response = await fetch(started.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify({ query: '{ myPosts { id } }' }),
      })
      const { data, errors } = await response.json()
      return errors === undefined ? data : errors[0].extensions
    }
  }

  it.each([
    ['502', { status: 502, body: 'Bad gateway' }],
    ['503', { status: 503, body: '{}' }],
    ['a page', { status: 200, body: '<html>' }],
    ['no key set', { status: 200, body: '{"keys":7}' }],
  ])('calls no token invalid while its keys are answered with %s', async (_what, answer) => {
    const ask = await posts(answer)
    expect((await ask(good)).code).toBe('UNAVAILABLE')
  })

  it('says whose fault a bad token is', async () => {
    const ask = await posts(keySet)
    expect(await ask(good)).toEqual({ myPosts: [] })
    for (const [what, token] of Object.entries(tokens)) {
      const reason = what === 'expired' ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID'
      expect([what, await ask(token)]).toEqual([what, { code: 'UNAUTHENTICATED', reason }])
    }
  })
})
