import { permissions } from '../../src/domain/access/permissions.ts'
import type { UserRole } from '../../src/domain/users/user.ts'
import { Actor } from './actor.ts'
import { makeKey } from './api-keys.ts'
import { logoutDocument, revokeApiKeyDocument } from './operations.ts'
import { signIn, signUpAs } from './people.ts'
import { insertTenant, setRole } from './rows.ts'
import type { TestApp } from './test-app.ts'

/** A kind of caller: the headers that it sends, and what the tests expect of it. */
export interface Viewer {
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly credential: 'none' | 'bad' | 'session' | 'key'
  /** The permissions that a gateway knows: from the token, or by introspection of the key. */
  readonly scope: readonly string[]
}

export const viewerNames = [
  'no credentials',
  'user',
  'moderator',
  'admin',
  'admin of another tenant',
  'expired token',
  'revoked token',
  'forged token',
  'key with the permission',
  'key without it',
  'key of a demoted owner',
  'expired key',
  'revoked key',
] as const
export type ViewerName = (typeof viewerNames)[number]

/** The viewers by name; the two kinds of keys depend on the field under test, so they are created by permissions. */
export interface Viewers {
  readonly of: Readonly<Record<Exclude<ViewerName, `key with${string}`>, Viewer>>
  readonly keys: (scope: readonly string[]) => Promise<Viewer>
}

export async function openViewers(test: TestApp): Promise<Viewers> {
  const expired = (await signUpAs(test, 'ADMIN')).accessToken
  test.clock.advance(3600)
  const revoked = (await signUpAs(test, 'ADMIN')).accessToken
  await test.actor().ask(logoutDocument, {}, Actor.bearer(revoked))
  const maker = await signUpAs(test, 'ADMIN')
  const soon = new Date(test.clock.now().getTime() + 1000).toISOString()
  const expiring = await makeKey(test, maker.accessToken, { permissions, expiresAt: soon })
  test.clock.advance(2)
  const of: Viewers['of'] = {
    'no credentials': { headers: async () => ({}), credential: 'none', scope: [] },
    user: await session(test, 'USER'),
    moderator: await session(test, 'MODERATOR'),
    admin: await session(test, 'ADMIN'),
    'admin of another tenant': await session(test, 'ADMIN', await insertTenant(test.database)),
    'expired token': bad(expired, scopeOf(expired)),
    'revoked token': bad(revoked, scopeOf(revoked)),
    'forged token': bad(`${expired.slice(0, -8)}AAAAAAAA`, scopeOf(expired)),
    'key of a demoted owner': await demotedKey(test),
    'expired key': bad(expiring.secret, permissions),
    'revoked key': bad(await revokedKey(test, maker.accessToken), permissions),
  }
  return { of, keys: keysOf(test, maker.accessToken) }
}

/** Kinds of callers of one tenant. */
export const tenantViewerNames = ['user', 'moderator', 'administrator', 'API key'] as const
export type TenantViewers = Readonly<Record<(typeof tenantViewerNames)[number], Viewer>>

/** A caller of each kind, all of one tenant. The API key has every permission that the tenant has. */
export async function openTenantViewers(test: TestApp, tenant: string): Promise<TenantViewers> {
  const { accessToken } = await signUpAs(test, 'ADMIN', tenant)
  return {
    user: await session(test, 'USER', tenant),
    moderator: await session(test, 'MODERATOR', tenant),
    administrator: await session(test, 'ADMIN', tenant),
    'API key': await keysOf(test, accessToken)(scopeOf(accessToken)),
  }
}

function bad(token: string, scope: readonly string[]): Viewer {
  return { headers: async () => Actor.bearer(token), credential: 'bad', scope }
}

/** Keys of an administrator by their permissions; each is created once. */
function keysOf(test: TestApp, accessToken: string) {
  const made = new Map<string, Promise<{ secret: string }>>()
  return async (scope: readonly string[]): Promise<Viewer> => {
    const name = scope.join(' ')
    const key = made.get(name) ?? makeKey(test, accessToken, { permissions: scope })
    made.set(name, key)
    const { secret } = await key
    return { headers: async () => ({ 'x-api-key': secret }), credential: 'key', scope }
  }
}

/** A key with all permissions, whose owner no longer has any. */
async function demotedKey(test: TestApp): Promise<Viewer> {
  const { userId, accessToken } = await signUpAs(test, 'ADMIN')
  const { secret } = await makeKey(test, accessToken, { permissions })
  await setRole(test.database, userId, 'USER')
  return { headers: async () => Actor.bearer(secret), credential: 'key', scope: [] }
}

async function revokedKey(test: TestApp, accessToken: string): Promise<string> {
  const { id, secret } = await makeKey(test, accessToken, { permissions })
  await test.actor().ask(revokeApiKeyDocument, { input: { apiKeyId: id } }, Actor.bearer(accessToken))
  return secret
}

/** A user who signs in again for each request, because some operations end sessions. */
async function session(test: TestApp, role: UserRole, tenant?: string): Promise<Viewer> {
  const { email, accessToken } = await signUpAs(test, role, tenant)
  const input = tenant === undefined ? {} : { tenant }
  return {
    headers: async () => Actor.bearer((await signIn(test.actor(), email, input)).accessToken),
    credential: 'session',
    scope: scopeOf(accessToken),
  }
}

/** The `scope` of an access token: all permissions of the viewer that a gateway knows. */
export function scopeOf(token: string): readonly string[] {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return claims.scope === '' ? [] : String(claims.scope).split(' ')
}
