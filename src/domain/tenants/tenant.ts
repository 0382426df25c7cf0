import type { JsonValue } from '../../lib/json.ts'

/** A separate set of users. The same e-mail address can have one account in each tenant. */
export interface Tenant {
  readonly id: string
  readonly slug: string
  /** Overrides of the password rules of the configuration, as stored: see passwords/password-rules.ts. */
  readonly passwordPolicy: JsonValue
}

/** The tenant for callers that name none. The first migration creates it. */
export const defaultTenantSlug = 'default'
