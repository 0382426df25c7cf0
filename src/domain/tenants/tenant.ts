import type { JsonValue } from '../../lib/json.ts'

/** A separate population of users; the same e-mail address may have one account in each. */
export interface Tenant {
  readonly id: string
  readonly slug: string
  /** What its password rules say otherwise than the configuration, as stored: see passwords/password-rules.ts. */
  readonly passwordPolicy: JsonValue
}

/** The tenant of callers that name none; the first migration creates it. */
export const defaultTenantSlug = 'default'
