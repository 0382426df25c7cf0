import { describe, expect, it } from 'vitest'
import {
  type AccessError,
  createVerifier,
  findViewer,
  isAccessError,
  type Outcome,
  type RefusalReason,
  requireAssurance,
  requireScope,
  requireViewer,
  type Viewer,
} from '../../src/verify/gatehouse-verify.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000)

const viewer: Viewer = {
  kind: 'USER',
  userId: 'u',
  tenantId: 't',
  sessionId: 's',
  tokenId: 'j',
  role: 'USER',
  roles: ['editor'],
  scopes: new Set(['posts:write', 'posts:read']),
  assurance: { level: 'aal2', methods: [], authenticatedAt: ago(600), secondFactorAt: ago(60) },
  expiresAt: null,
  claims: {},
}
const apiKey: Viewer = { ...viewer, kind: 'API_KEY', assurance: null }
const accepted: Outcome = { kind: 'viewer', viewer }
const away: Outcome = { kind: 'unavailable', retryAfterSeconds: 3, cause: new Error('secret detail') }
const refusal = (reason: RefusalReason): Outcome => ({ kind: 'refused', reason })

function errorOf(work: () => unknown): AccessError {
  try {
    work()
  } catch (error) {
    if (isAccessError(error)) return error
    throw error
  }
  throw new Error('Nothing was refused.')
}

describe('requireViewer', () => {
  it('returns the viewer of an outcome', () => {
    expect([requireViewer(accepted), requireViewer(viewer), findViewer(accepted)]).toEqual([
      viewer,
      viewer,
      viewer,
    ])
  })

  it.each<[RefusalReason, number, string, string | undefined]>([
    ['MISSING', 401, 'TOKEN_MISSING', 'Bearer'],
    ['EXPIRED', 401, 'TOKEN_EXPIRED', 'Bearer error="invalid_token"'],
    ['REVOKED', 401, 'TOKEN_REVOKED', 'Bearer error="invalid_token"'],
    ['INACTIVE', 401, 'TOKEN_REVOKED', 'Bearer error="invalid_token"'],
    ['BAD_SIGNATURE', 401, 'TOKEN_INVALID', 'Bearer error="invalid_token"'],
    ['API_KEY', 401, 'TOKEN_INVALID', 'Bearer error="invalid_token"'],
    ['WRONG_TENANT', 403, 'WRONG_TENANT', undefined],
  ])('refuses %s', async (reason, status, shown, challenge) => {
    const error = errorOf(() => requireViewer(refusal(reason)))
    expect(error).toMatchObject({ status, statusCode: status, extensions: { reason: shown } })
    const response = error.getResponse()
    expect([response.status, response.headers.get('www-authenticate') ?? undefined]).toEqual([
      status,
      challenge,
    ])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual(error.body)
  })

  it('says of what cannot be checked that it is unavailable, and not why', () => {
    for (const ask of [requireViewer, findViewer]) {
      const error = errorOf(() => ask(away))
      expect(error).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
      expect(error.extensions).toEqual({ code: 'UNAVAILABLE', retryAfterSeconds: 3 })
      expect(JSON.stringify([error, error.message, error.stack])).not.toContain('secret detail')
    }
  })

  it('finds no viewer only where there is no credential', () => {
    expect(findViewer(refusal('MISSING'))).toBeNull()
    expect(errorOf(() => findViewer(refusal('EXPIRED'))).status).toBe(401)
  })
})

describe('requireScope', () => {
  it('returns a viewer with all the permissions, and refuses others', () => {
    expect(requireScope(accepted, 'posts:write')).toBe(viewer)
    expect(requireScope(viewer, 'posts:write', 'posts:read')).toBe(viewer)
    const error = errorOf(() => requireScope(viewer, 'posts:write', 'posts:delete'))
    expect(error.status).toBe(403)
    expect(error.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="posts:write posts:delete"',
    )
    expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', scopes: ['posts:write', 'posts:delete'] })
    expect(errorOf(() => requireScope(refusal('MISSING'), 'posts:write')).status).toBe(401)
    expect(errorOf(() => requireScope(away, 'posts:write')).status).toBe(503)
  })
})

describe('requireAssurance', () => {
  const at = (methods: Partial<NonNullable<Viewer['assurance']>>): Viewer => ({
    ...viewer,
    assurance: {
      level: 'aal2',
      methods: [],
      authenticatedAt: ago(60),
      secondFactorAt: ago(60),
      ...methods,
    },
  })

  it.each<[string, Viewer, 'aal1' | 'aal2', number | null, boolean]>([
    ['two factors', at({}), 'aal2', null, true],
    ['two factors that were proven recently', at({}), 'aal2', 60, true],
    ['an old password', at({ authenticatedAt: ago(61) }), 'aal2', 60, false],
    ['an old second factor', at({ secondFactorAt: ago(61) }), 'aal2', 60, false],
    ['no time of the second factor', at({ secondFactorAt: null }), 'aal2', 60, false],
    ['one factor', at({ level: 'aal1' }), 'aal2', null, false],
    ['one factor where it is enough', at({ level: 'aal1', secondFactorAt: null }), 'aal1', 60, true],
    ['two factors where one is enough', at({}), 'aal1', null, true],
    ['a time that is no number', at({}), 'aal2', Number.NaN, false],
  ])('judges %s', (_name, who, level, maxAge, isEnough) => {
    if (isEnough) expect(requireAssurance(who, level, maxAge, now)).toBe(who)
    else expect(errorOf(() => requireAssurance(who, level, maxAge, now)).status).toBe(401)
  })

  it('challenges as RFC 9470 says', () => {
    const error = errorOf(() => requireAssurance(at({ level: 'aal1' }), 'aal2', 900, now))
    expect(error.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="900"',
    )
    expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', acrValues: 'aal2', maxAgeSeconds: 900 })
  })

  it('refuses API keys, which prove nothing about a person', () => {
    expect(errorOf(() => requireAssurance(apiKey, 'aal1', null, now))).toMatchObject({
      status: 403,
      extensions: { reason: 'API_KEY' },
    })
  })
})

describe('createVerifier', () => {
  const good = { issuer: 'https://auth.example.com', audience: 'gatehouse' }

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['tenant', {}],
    ['tenant', { tenant: 'default', anyTenant: true }],
    ['anyTenant', { anyTenant: false }],
    ['tenant', { tenant: 'acme' }],
    ['issuer', { tenant: 'default', issuer: '' }],
    ['audience', { tenant: 'default', audience: undefined }],
    ['endpoints', { tenant: 'default', issuer: 'gatehouse' }],
    ['algorithms', { tenant: 'default', algorithms: [] }],
    ['algorithms', { tenant: 'default', algorithms: ['HS256'] }],
    ['algorithms', { tenant: 'default', algorithms: ['none'] }],
    ['clockToleranceSeconds', { tenant: 'default', clockToleranceSeconds: 3600 }],
    ['serviceKey', { tenant: 'default', revocations: true }],
    ['serviceKey', { tenant: 'default', apiKeys: true }],
    [
      'revocations.maxStalenessSeconds',
      { tenant: 'default', serviceKey: 'k', revocations: { maxStalenessSeconds: 1e9 } },
    ],
    ['apiKeys.cacheSeconds', { tenant: 'default', serviceKey: 'k', apiKeys: { cacheSeconds: Number.NaN } }],
    [
      'endpoints.revocations',
      { tenant: 'default', serviceKey: 'k', revocations: true, endpoints: { jwks: 'http://a' } },
    ],
  ])('names the option %s that is wrong', (name, options) => {
    const create = () => Reflect.apply(createVerifier, undefined, [{ ...good, ...options }])
    expect(create).toThrow(new RegExp(`createVerifier: ${name.replace('.', '\\.')}: `))
  })
})
