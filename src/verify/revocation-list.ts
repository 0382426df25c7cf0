import { isObject, isText, isWhole } from './json.ts'
import type { RevocableToken } from './token-claims.ts'
import { UnavailableFailure } from './unavailable.ts'

/** A page of the feed. Its keys are names of claims. */
export interface RevocationPage {
  readonly sessions: readonly { readonly sid: string; readonly exp: number }[]
  readonly tokens: readonly { readonly jti: string; readonly exp: number }[]
  readonly users: readonly { readonly sub: string; readonly ver: number; readonly exp: number }[]
  readonly access: readonly AccessRevocation[]
  readonly tenants: readonly TenantRevocation[]
  readonly cursor: string
  readonly more: boolean
}

/** A change of what roles grant. `tid` null: in every tenant; `role` null: every role. */
interface AccessRevocation {
  readonly tid: string | null
  readonly role: string | null
  readonly acv: number
  readonly exp: number
}

/** A deactivation or reactivation: tokens of the tenant that were issued before `iat` are refused. The highest `version` counts alone. */
interface TenantRevocation {
  readonly tid: string
  readonly iat: number
  readonly version: number
  readonly exp: number
}

interface Minimum {
  readonly version: number
  readonly exp: number
}

/** @throws UnavailableFailure if it is no page: a list that was read in part would accept revoked tokens */
export function readPage(value: unknown): RevocationPage {
  const failure = () =>
    new UnavailableFailure('The revocation feed returned something else than revocations.')
  if (!isObject(value)) throw failure()
  const { sessions, tokens, users, access = [], tenants = [], cursor, more } = value
  if (!isText(cursor) || typeof more !== 'boolean') throw failure()
  if (!isListOf(sessions, isSession) || !isListOf(tokens, isToken)) throw failure()
  if (!isListOf(users, isUser) || !isListOf(access, isAccess)) throw failure()
  if (!isListOf(tenants, isTenant)) throw failure()
  return { sessions, tokens, users, access, tenants, cursor, more }
}

function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne)
}

function isSession(one: unknown): one is RevocationPage['sessions'][number] {
  return isObject(one) && isText(one.sid) && isWhole(one.exp)
}

function isToken(one: unknown): one is RevocationPage['tokens'][number] {
  return isObject(one) && isText(one.jti) && isWhole(one.exp)
}

function isUser(one: unknown): one is RevocationPage['users'][number] {
  return isObject(one) && isText(one.sub) && isWhole(one.ver) && isWhole(one.exp)
}

function isAccess(one: unknown): one is AccessRevocation {
  if (!isObject(one) || !isWhole(one.acv) || !isWhole(one.exp)) return false
  return [one.tid, one.role].every((name) => name === null || isText(name))
}

function isTenant(one: unknown): one is TenantRevocation {
  if (!isObject(one) || !isText(one.tid)) return false
  return isWhole(one.iat) && isWhole(one.version) && isWhole(one.exp)
}

/** What was revoked, in memory, until it expires. */
export class RevocationList {
  /** Ids of sessions and tokens, which are UUIDs: none is both. */
  readonly #ids = new Map<string, number>()
  readonly #users = new Map<string, Minimum>()
  readonly #access = new Map<string, Minimum>()
  /** The newest entry of each tenant. Entries arrive in any order, and more than once. */
  readonly #tenants = new Map<string, TenantRevocation>()

  get size(): number {
    return this.#ids.size + this.#users.size + this.#access.size + this.#tenants.size
  }

  add({ sessions, tokens, users, access, tenants }: RevocationPage): void {
    for (const { sid, exp } of sessions) this.#ids.set(sid, Math.max(exp, this.#ids.get(sid) ?? 0))
    for (const { jti, exp } of tokens) this.#ids.set(jti, Math.max(exp, this.#ids.get(jti) ?? 0))
    for (const { sub, ver, exp } of users) raise(this.#users, sub, { version: ver, exp })
    for (const { tid, role, acv, exp } of access)
      raise(this.#access, accessKey(tid, role), { version: acv, exp })
    for (const one of tenants)
      if (one.version >= (this.#tenants.get(one.tid)?.version ?? 0)) this.#tenants.set(one.tid, one)
  }

  has({ sid, jti, sub, tid, iat, ver, roles, acv }: RevocableToken): boolean {
    if (this.#ids.has(sid) || this.#ids.has(jti) || isBelow(ver, this.#users.get(sub))) return true
    if (iat < (this.#tenants.get(tid)?.iat ?? 0)) return true
    if (acv === null || this.#access.size === 0) return false
    return [null, tid].some((tenant) =>
      [null, ...roles].some((role) => isBelow(acv, this.#access.get(accessKey(tenant, role)))),
    )
  }

  /** Removes what expired before that time, in seconds since 1970. */
  removeExpired(now: number): void {
    for (const [id, exp] of this.#ids) if (exp < now) this.#ids.delete(id)
    for (const minima of [this.#users, this.#access, this.#tenants])
      for (const [key, { exp }] of minima) if (exp < now) minima.delete(key)
  }
}

function accessKey(tenant: string | null, role: string | null): string {
  return JSON.stringify([tenant, role])
}

function raise(minima: Map<string, Minimum>, key: string, { version, exp }: Minimum): void {
  const known = minima.get(key)
  minima.set(key, {
    version: Math.max(version, known?.version ?? 0),
    exp: Math.max(exp, known?.exp ?? 0),
  })
}

function isBelow(version: number, minimum: Minimum | undefined): boolean {
  return minimum !== undefined && version < minimum.version
}
