import { beforeEach, describe, expect, it } from 'vitest'
import { createVerifier, endpointsAt, type Verifier } from '../../src/verify/gatehouse-verify.ts'
import { eventually } from '../support/eventually.ts'
import { issuer, StubService, uuidOf } from './support/stub-service.ts'

const jwks = '/.well-known/jwks.json'
const metadata = '/.well-known/oauth-authorization-server'

let service: StubService
let token: string
beforeEach(async () => {
  service = await StubService.start()
  token = await service.token()
})

async function kindOf(verifier: Verifier, text = token): Promise<string> {
  const outcome = await verifier.verify(text)
  return outcome.kind === 'refused' ? outcome.reason : outcome.kind
}

const bodies: [string, () => Response][] = [
  ['status 500', () => new Response('', { status: 500 })],
  ['status 404', () => new Response('', { status: 404 })],
  ['a page', () => new Response('<html>')],
  ['nothing', () => new Response(null)],
  ['another object', () => Response.json({ keys: 7 })],
  ['a list', () => Response.json([])],
  ['too much', () => new Response('x'.repeat(2_100_000))],
  ['no response', () => Promise.reject(new TypeError('connect ECONNREFUSED')) as never],
]

describe('the keys', () => {
  it.each(bodies)('decide nothing while the key set is %s', async (_name, answer) => {
    service.answers.set(jwks, answer)
    const verifier = createVerifier(service.options())
    expect(await kindOf(verifier)).toBe('unavailable')
    expect(await kindOf(verifier, 'rubbish')).toBe('MALFORMED')
  })

  it.each(bodies)('decide nothing while the metadata are %s', async (_name, answer) => {
    service.answers.set(metadata, answer)
    expect(await kindOf(createVerifier(service.options()))).toBe('unavailable')
  })

  it('are not taken from the metadata of someone else, nor without encryption', async () => {
    for (const changes of [
      { issuer: 'https://auth.example.org' },
      { issuer: `${issuer}/` },
      { jwks_uri: 'http://auth.example.com/.well-known/jwks.json' },
      { jwks_uri: 'file:///etc/passwd' },
    ]) {
      service.answers.set(metadata, () => Response.json(service.metadata(changes)))
      expect(await kindOf(createVerifier(service.options()))).toBe('unavailable')
    }
    expect(service.asked).not.toContain(jwks)
  })

  it('need no metadata if the endpoints are given', async () => {
    const endpoints = endpointsAt('http://gatehouse.internal:4000')
    expect(await kindOf(createVerifier({ ...service.options(), endpoints }))).toBe('viewer')
    expect(service.asked).toEqual([jwks])
  })

  it('are fetched once for many, and once a second while they are unavailable', async () => {
    const verifier = createVerifier(service.options())
    service.answers.set(jwks, () => new Response('', { status: 503, headers: { 'retry-after': '7' } }))
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)))
    expect(outcomes).toEqual(outcomes.map(() => expect.objectContaining({ retryAfterSeconds: 7 })))
    await verifier.verify(token)
    expect(service.asked.filter((path) => path === jwks)).toHaveLength(1)
    service.elapsed += 1
    service.answers.set(jwks, () => Response.json({ keys: [service.jwk] }))
    expect(await kindOf(verifier)).toBe('viewer')
  })

  it('are fetched again for an unknown id, at most every ten seconds', async () => {
    const verifier = createVerifier(service.options())
    const next = await StubService.start('next')
    const [unknown, coming] = [await service.token({}, 'unknown'), await next.token({}, 'next')]
    expect(await kindOf(verifier)).toBe('viewer')
    service.elapsed += 11
    for (const made of [unknown, unknown, coming]) expect(await kindOf(verifier, made)).toBe('BAD_SIGNATURE')
    expect(service.asked.filter((path) => path === jwks)).toHaveLength(2)
    service.answers.set(jwks, () => Response.json({ keys: [service.jwk, next.jwk] }))
    service.elapsed += 11
    expect(await kindOf(verifier, coming)).toBe('viewer')
    service.answers.set(jwks, () => new Response('', { status: 500 }))
    service.elapsed += 11
    expect(await kindOf(verifier, unknown)).toBe('unavailable')
    expect(await kindOf(verifier)).toBe('viewer')
  })

  it('are used for an hour while they cannot be fetched, and those that are removed no longer', async () => {
    const verifier = createVerifier(service.options())
    expect(await kindOf(verifier)).toBe('viewer')
    service.answers.set(jwks, () => new Response('', { status: 500 }))
    service.elapsed = 3600
    expect(await kindOf(verifier)).toBe('viewer')
    service.elapsed = 3601
    expect(await kindOf(verifier)).toBe('unavailable')
    const other = await StubService.start('other')
    service.answers.set(jwks, () => Response.json({ keys: [other.jwk] }))
    service.elapsed += 1
    expect(await kindOf(verifier)).toBe('BAD_SIGNATURE')
  })

  it('verify only what they are published for', async () => {
    for (const changes of [
      { alg: 'RS256' },
      { kty: 'oct', k: 'AAAA' },
      { use: 'enc' },
      { x: 'AA' },
      { alg: 'HS256' },
    ]) {
      service.answers.set(jwks, () => Response.json({ keys: [{ ...service.jwk, ...changes }] }))
      expect(await kindOf(createVerifier(service.options()))).toBe('unavailable')
    }
    service.answers.set(jwks, () => Response.json({ keys: [service.jwk] }))
    const pinned = createVerifier({ ...service.options(), algorithms: ['RS256'] })
    expect(await kindOf(pinned)).toBe('BAD_SIGNATURE')
  })
})

describe('the revocations', () => {
  const following = (changes: object = {}) =>
    createVerifier({ ...service.options(), serviceKey: 'ghk_x', revocations: { pollSeconds: 1 }, ...changes })

  it.each(bodies)('decide nothing while the feed is %s', async (_name, answer) => {
    service.answers.set('/revocations', answer)
    const verifier = following()
    expect(await kindOf(verifier)).toBe('unavailable')
    expect(await kindOf(verifier, await service.token({ exp: 1 }))).toBe('EXPIRED')
    await expect(verifier.start()).rejects.toThrow()
    verifier.close()
  })

  it.each([
    ['a session', { sessions: [{ sid: uuidOf(2), exp: 4e9 }] }, 'REVOKED'],
    ['a token', { tokens: [{ jti: uuidOf(3), exp: 4e9 }] }, 'REVOKED'],
    ['a user, up to a later version', { users: [{ sub: uuidOf(1), ver: 2, exp: 4e9 }] }, 'REVOKED'],
    ['a user, up to this version', { users: [{ sub: uuidOf(1), ver: 1, exp: 4e9 }] }, 'viewer'],
    ['every role', { access: [{ tid: null, role: null, acv: 6, exp: 4e9 }] }, 'REVOKED'],
    ['every role, up to this version', { access: [{ tid: null, role: null, acv: 5, exp: 4e9 }] }, 'viewer'],
    ['a role', { access: [{ tid: null, role: 'editor', acv: 6, exp: 4e9 }] }, 'REVOKED'],
    ['another role', { access: [{ tid: null, role: 'owner', acv: 6, exp: 4e9 }] }, 'viewer'],
    ['a role of the tenant', { access: [{ tid: uuidOf(4), role: 'editor', acv: 6, exp: 4e9 }] }, 'REVOKED'],
    [
      'a role of another tenant',
      { access: [{ tid: uuidOf(5), role: 'editor', acv: 6, exp: 4e9 }] },
      'viewer',
    ],
    ['its tenant, for later tokens too', { tenants: [tenantEntry()] }, 'REVOKED'],
    ['its tenant, for earlier tokens', { tenants: [tenantEntry({ iat: 1 })] }, 'viewer'],
    ['another tenant', { tenants: [tenantEntry({ tid: uuidOf(5) })] }, 'viewer'],
    [
      'its tenant as deactivated, then reactivated',
      { tenants: [tenantEntry(), tenantEntry({ iat: 1, version: 3 })] },
      'viewer',
    ],
    [
      'its tenant as reactivated, and the deactivation before that once more',
      { tenants: [tenantEntry({ iat: 1, version: 3 }), tenantEntry()] },
      'viewer',
    ],
    [
      'its tenant as reactivated, then deactivated again',
      { tenants: [tenantEntry({ iat: 1, version: 3 }), tenantEntry({ version: 4 })] },
      'REVOKED',
    ],
    ['a tenant without a time', { tenants: [tenantEntry({ iat: undefined })] }, 'unavailable'],
    ['a tenant without version', { tenants: [tenantEntry({ version: undefined })] }, 'unavailable'],
    ['nothing about tenants, as earlier versions', { tenants: undefined }, 'viewer'],
    ['a session without its id', { sessions: [{ exp: 4e9 }] }, 'unavailable'],
    ['a user without version', { users: [{ sub: uuidOf(1), exp: 4e9 }] }, 'unavailable'],
    ['a role without version', { access: [{ tid: null, role: null, exp: 4e9 }] }, 'unavailable'],
    ['no end', { more: undefined }, 'unavailable'],
    ['nothing about roles, as earlier versions', { access: undefined }, 'viewer'],
  ])('of a feed that lists %s are applied', async (_name, changes, kind) => {
    const held = await service.token({ roles: ['author', 'editor'], acv: 5 })
    service.answers.set('/revocations', () => Response.json(service.page(changes)))
    const verifier = following()
    expect(await kindOf(verifier, held)).toBe(kind)
    verifier.close()
  })

  it('are read to the end before they decide', async () => {
    const pages = [service.page({ more: true }), service.page({ sessions: [{ sid: uuidOf(2), exp: 4e9 }] })]
    service.answers.set('/revocations', () => Response.json(pages.shift() ?? service.page()))
    const verifier = following()
    expect(await kindOf(verifier)).toBe('REVOKED')
    verifier.close()
  })

  it('decide nothing after ten seconds without a poll, and nothing that a clock set back has lost', async () => {
    const verifier = following({ revocations: { pollSeconds: 10, maxStalenessSeconds: 10 } })
    expect(await kindOf(verifier)).toBe('viewer')
    const polls = () => service.asked.filter((path) => path === '/revocations').length
    expect(polls()).toBe(1)
    service.answers.set('/revocations', () => new Response('', { status: 500 }))
    service.elapsed = 10
    expect(await kindOf(verifier)).toBe('viewer')
    service.elapsed = 11
    expect(await kindOf(verifier)).toBe('unavailable')
    service.elapsed = -5
    expect(await kindOf(verifier)).toBe('unavailable')
    service.answers.set('/revocations', () =>
      Response.json(service.page({ sessions: [{ sid: uuidOf(2), exp: 4e9 }] })),
    )
    service.elapsed = 2
    expect(await kindOf(verifier)).toBe('REVOKED')
    verifier.close()
  })

  it('decide nothing if there are more than may be kept', async () => {
    const sessions = Array.from({ length: 1001 }, (_, index) => ({ sid: `s${index}`, exp: 4e9 }))
    service.answers.set('/revocations', () => Response.json(service.page({ sessions })))
    const verifier = following({ revocations: { maxEntries: 1000 } })
    expect(await kindOf(verifier)).toBe('unavailable')
    verifier.close()
  })

  it('begin anew if the service does not know where they ended', async () => {
    const urls: string[] = []
    const { fetch: send, ...options } = service.options()
    const verifier = createVerifier({
      ...options,
      serviceKey: 'ghk_x',
      revocations: true,
      fetch: async (input, init) => {
        const { url, headers } = new Request(input, init)
        if (url.includes('revocations')) urls.push(`${new URL(url).search} ${headers.get('x-api-key')}`)
        return url.includes('since=c') ? new Response('', { status: 400 }) : send(input, init)
      },
    })
    expect(await kindOf(verifier)).toBe('viewer')
    service.elapsed = 11
    expect(await kindOf(verifier)).toBe('unavailable')
    service.elapsed = 13
    expect(await kindOf(verifier)).toBe('viewer')
    expect(urls.slice(0, 3)).toEqual([' ghk_x', '?since=c ghk_x', ' ghk_x'])
    verifier.close()
  })
})

describe('API keys', () => {
  const key = `ghk_${'a'.repeat(43)}`
  const introspection = '/oauth2/introspect'
  const good = {
    active: true,
    sub: uuidOf(1),
    tid: uuidOf(4),
    jti: 'k',
    client_id: 'k',
    scope: 'posts:write',
  }
  const accepting = () => createVerifier({ ...service.options(), serviceKey: 'ghk_x', apiKeys: true })

  it.each([
    ...bodies,
    ['a token', () => Response.json({ ...good, sid: uuidOf(2) })] as [string, () => Response],
    ['a key without owner', () => Response.json({ ...good, sub: undefined })] as [string, () => Response],
  ])('are neither accepted nor refused while introspection answers with %s', async (_name, answer) => {
    service.answers.set(introspection, answer)
    expect(await kindOf(accepting(), key)).toBe('unavailable')
  })

  it('are asked for once in five seconds, and never used after they expire', async () => {
    const exp = service.now / 1000 + 3
    service.answers.set(introspection, () => Response.json({ ...good, exp }))
    const verifier = accepting()
    expect(await Promise.all([kindOf(verifier, key), kindOf(verifier, key)])).toEqual(['viewer', 'viewer'])
    expect(service.asked.filter((path) => path === introspection)).toHaveLength(1)
    service.answers.set(introspection, () => Response.json({ active: false }))
    service.elapsed = 2
    expect(await kindOf(verifier, key)).toBe('viewer')
    service.elapsed = 3
    expect(await kindOf(verifier, key)).toBe('INACTIVE')
    expect(service.asked.filter((path) => path === introspection)).toHaveLength(1)
    service.elapsed = 5
    expect(await kindOf(verifier, key)).toBe('INACTIVE')
    expect(service.asked.filter((path) => path === introspection)).toHaveLength(2)
  })

  it('are checked fifty at once', async () => {
    let answer = () => {}
    const isReleased = new Promise<void>((resolve) => {
      answer = resolve
    })
    service.answers.set(introspection, () => isReleased.then(() => Response.json({ active: false })))
    const verifier = accepting()
    const keys = Array.from({ length: 60 }, (_, index) => `ghk_${String(index).padStart(43, '0')}`)
    const checks = keys.map((one) => kindOf(verifier, one))
    await eventually(() => expect(service.asked.filter((path) => path === introspection)).toHaveLength(50))
    answer()
    const kinds = await Promise.all(checks)
    expect(kinds.filter((kind) => kind === 'INACTIVE')).toHaveLength(50)
    expect(kinds.filter((kind) => kind === 'unavailable')).toHaveLength(10)
  })
})

/** A deactivation of the tenant of the tokens. */
function tenantEntry(changes: object = {}): object {
  return { tid: uuidOf(4), iat: 4e9, version: 2, exp: 4e9, ...changes }
}
