import { z } from 'zod'
import {
  changeSettings,
  type SettingBounds,
  type SettingChanges,
} from '../../../domain/tenants/setting-faults.ts'
import type { TenantSettings } from '../../../domain/tenants/tenant-settings.ts'
import { isTenantSlug, maxSlugLength, minSlugLength } from '../../../domain/tenants/tenant-slug.ts'
import { trimPasted } from '../../../lib/text/pasted-text.ts'
import { normaliseSlug } from '../../../lib/text/slug.ts'
import { displayedLine, isVisible } from '../input.ts'
import type { AcceptedSettings } from './change-tenant.ts'

/** The slug of a new tenant. */
export const newTenantSlug = z
  .string()
  .transform(normaliseSlug)
  .refine(isTenantSlug, {
    message: `Must be ${minSlugLength} to ${maxSlugLength} lower-case letters, digits and single hyphens inside, such as acme-berlin.`,
    params: { code: 'INVALID_SLUG' },
  })

/** The display name of a tenant, which mails and logs show. */
export const tenantName = displayedLine(100)
  .transform(trimPasted)
  .refine(isVisible, {
    message: 'Must contain at least one visible character.',
    params: { code: 'REQUIRED' },
  })

/** Changes of settings, with every mistake. Null: none. */
export function settingChanges(current: TenantSettings, bounds: SettingBounds) {
  return z
    .custom<SettingChanges>()
    .nullish()
    .transform((changes, context): AcceptedSettings | null => {
      if (changes == null) return null
      const { settings, issues } = changeSettings(current, changes, bounds)
      for (const { path, code, message } of issues)
        context.issues.push({ code: 'custom', path: [...path], message, params: { code }, input: changes })
      return settings === null ? z.NEVER : { changes, after: settings }
    })
}

/** The rules of a change of a tenant with these settings. */
export function tenantUpdateRules(current: TenantSettings, bounds: SettingBounds) {
  return z.object({
    name: tenantName.nullish().transform((name) => name ?? null),
    settings: settingChanges(current, bounds),
  })
}
