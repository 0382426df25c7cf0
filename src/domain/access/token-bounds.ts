import type { JsonObject } from '../../lib/text/json.ts'
import { InvalidInputProblem } from '../problems.ts'
import type { GrantedRole } from './owner-access.ts'
import { permissions } from './permissions.ts'

/**
 * Maximum length of an access token in characters. Browsers drop cookies beyond 4 096 bytes of name, value and attributes without a
 * word, and the token is one.
 */
export const maxTokenLength = 3600
/** Maximum size of what the application puts into an access token: `scope`, `roles` and mapped claims together, in bytes. */
export const maxAccessBytes = 2000

/** What the application puts into an access token. */
export interface TokenAccess {
  /** Permissions of the application and built-in ones. */
  readonly permissions: readonly string[]
  readonly roles: readonly string[]
  /** Mapped claims by name. */
  readonly claims: JsonObject
}

/**
 * What tokens of an administrator with these roles contain. Roles and metadata are judged by it, so that they still fit when the user
 * becomes one.
 */
export function accessOfAdministrator(roles: readonly GrantedRole[], claims: JsonObject): TokenAccess {
  const granted = roles.flatMap((role) => role.permissions)
  return {
    permissions: [...new Set<string>([...permissions, ...granted])],
    roles: roles.map(({ name }) => name),
    claims,
  }
}

/** The size of these claims in a token, as bytes of their JSON. */
export function accessBytes({ permissions, roles, claims }: TokenAccess): number {
  return Buffer.byteLength(JSON.stringify({ scope: permissions.join(' '), roles, ...claims }))
}

/**
 * Refuses what does not fit into that number of bytes of an access token, and says how much is too much.
 * @throws InvalidInputProblem at that field of the input
 */
export function assertFitsToken(access: TokenAccess, maxBytes: number, path: readonly string[]): void {
  const excess = accessBytes(access) - maxBytes
  if (excess <= 0) return
  const message = `An access token has room for ${maxBytes} bytes of permissions, roles and mapped claims. This is ${excess} bytes too many.`
  throw new InvalidInputProblem([{ path: [...path], code: 'TOO_LONG', message }])
}
