/** A separate population of users; the same e-mail address may have one account in each. */
export interface Tenant {
  readonly id: string
  readonly slug: string
}

/** The tenant of callers that name none; the first migration creates it. */
export const defaultTenantSlug = 'default'
