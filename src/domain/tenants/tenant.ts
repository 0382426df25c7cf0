import type { JsonValue } from '../../lib/text/json.ts'

/** A separate set of users. The same e-mail address can have one account in each tenant. */
export interface Tenant {
  readonly id: string
  readonly slug: string
  /** Display name. */
  readonly name: string
  /** False: no one can sign in, and no session or API key of the tenant is accepted. */
  readonly active: boolean
  readonly createdAt: Date
  /** The tenant's own settings as stored: see tenant-settings.ts. */
  readonly settings: JsonValue
  /** Sessions that began and API keys that were created before are ended; null: none. */
  readonly accessFrom: Date | null
  /** Raised by each change. */
  readonly version: number
}

/** Whether the tenant accepts what began then, such as a session or an API key: it is active, and was not deactivated since. */
export function acceptsFrom(
  { active, accessFrom }: Pick<Tenant, 'active' | 'accessFrom'>,
  beganAt: Date,
): boolean {
  return active && (accessFrom === null || beganAt >= accessFrom)
}

/** The tenant for callers that name none. The first migration creates it. */
export const defaultTenantSlug = 'default'
