import { isUuid } from '../../lib/ids/uuid.ts'

/** Names that mean something else in host names, paths and configurations. */
const reservedSlugs: ReadonlySet<string> = new Set([
  'account',
  'admin',
  'administrator',
  'all',
  'api',
  'auth',
  'console',
  'dashboard',
  'default',
  'gatehouse',
  'graphql',
  'health',
  'help',
  'internal',
  'localhost',
  'login',
  'mail',
  'me',
  'metrics',
  'new',
  'none',
  'null',
  'oauth2',
  'public',
  'revocations',
  'root',
  'security',
  'self',
  'static',
  'status',
  'support',
  'system',
  'tenant',
  'tenants',
  'undefined',
  'users',
  'www',
])

export const minSlugLength = 2
/** A slug is a label of a host name (RFC 1035, section 2.3.4). */
export const maxSlugLength = 63

/** Whether a text, in lower case, is a slug: letters, digits and single hyphens inside, 2 to 63 characters. */
export function isTenantSlug(text: string): boolean {
  return (
    text.length >= minSlugLength && text.length <= maxSlugLength && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text)
  )
}

/** Whether a new tenant cannot have the slug. A UUID would look like the id of a tenant, in logs and in the claim `tid`. */
export function isReservedSlug(slug: string): boolean {
  return reservedSlugs.has(slug) || isUuid(slug)
}
