import { tokenTransports } from '../../domain/sessions/session.ts'

/** The argument or input field `tenant`. */
export const tenantArgument = { description: 'Tenant slug. Defaults to `default`.' } as const

export const usernameField = {
  description:
    'Public name: 3 to 32 letters, digits, underscores, dots or hyphens. Unique; upper and lower case do not differ.',
} as const

export const phoneNumberField = {
  description: 'Phone number in E.164 format, for example +493012345678.',
} as const

export const localeField = {
  description:
    'Language of pages and mails: a well-formed BCP 47 tag of at most 35 characters, such as `de` or `pt-BR`, stored in its canonical form (issue INVALID_LOCALE). A language without texts falls back to English. Null: by Accept-Language.',
} as const

export const tokenTransportField = {
  required: true,
  defaultValue: tokenTransports[0],
  description: 'Where the tokens of the session travel. Fixed for the lifetime of the session.',
} as const

export const deviceField = { description: 'What the client knows about its device.' } as const

export const deviceTokenDescription =
  'Marks this device as known; store it. Null with cookie transports, where a cookie carries it.'

export const passwordScore = { description: 'Estimated strength, from 0 (worst) to 4 (best).' } as const

export const unmetRequirements = {
  description: 'Requirements of the policy that the password does not meet.',
} as const

export const passwordSuggestions = {
  description: 'Human-readable suggestions in English for a stronger password.',
} as const
