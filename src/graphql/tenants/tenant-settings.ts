import type { MfaPolicy } from '../../domain/factors/mfa-policy.ts'
import type { TenantSettings } from '../../domain/tenants/tenant-settings.ts'
import type { EmailVerification } from '../../domain/users/email-verification.ts'
import type { Builder } from '../edge/builder.ts'

/** What each setting says and its bounds, for the output and the input. */
const texts = {
  passwordMinLength:
    'Minimum length of new passwords in Unicode code points. At least the configured value, at most 64.',
  passwordMinScore:
    'Minimum score of new passwords, 0 to 4, as in checkPasswordStrength. At least the configured value.',
  passwordRequireUppercase: 'Whether new passwords require an upper-case letter. Can only be true.',
  passwordRequireLowercase: 'Whether new passwords require a lower-case letter. Can only be true.',
  passwordRequireDigit: 'Whether new passwords require a digit. Can only be true.',
  passwordRequireSymbol:
    'Whether new passwords require a character that is neither a letter nor a digit. Can only be true.',
  passwordRejectBreached: 'Whether passwords known from data breaches are refused. Can only be true.',
  passwordHistorySize:
    'Number of most recent passwords that a new one must differ from. At least the configured value, at most 24.',
  passwordMaxAgeDays:
    'Days after which a password expires, 1 to 3650. At most the configured value, if there is one.',
  emailVerification:
    'Whether addresses must be verified. Not below the configured value. REQUIRED requires an installation that sends mail (issue REQUIRES_MAIL).',
  registration:
    'Whether visitors can create accounts. Can only be CLOSED. If it is closed, register returns the issue REGISTRATION_CLOSED.',
  registrationDomains:
    'Domains of the e-mail addresses that accounts can have, at most 100, such as example.com. A subdomain is a domain of its own. Null: all; empty: none. Applies to registrations and to changes of address. Requires emailVerification REQUIRED (issue REQUIRES_VERIFICATION).',
  mfa: 'Who must have a second factor. Not below the configured value.',
  sessionLimit: 'Maximum number of sessions of a user, 1 to 1000. At most the configured value.',
  sessionIdleSeconds:
    'Seconds without a refresh after which a session ends, at least 60. At most the configured value. Applies to sessions that begin after the change.',
  sessionMaxSeconds:
    'Seconds after which a session ends in any case, at least 60. At most the configured value. Applies to sessions that begin after the change.',
  singleSession: 'Whether a user has one session at a time: sessionLimit 1. Can only be true.',
  rateLimits:
    'Additional budgets of all calls to the tenant together, as calls/span by the name of the limit: { "login": "100/1m" }. The names are register, login, secondStep, passkeyLogin, refresh, passwordCheck, mail, textMessage, phoneCode, credentials, credentialsAndMail, mutation and query. A call beyond a budget is refused with RATE_LIMITED. The configured budgets stay.',
} as const satisfies Record<keyof TenantSettings, string>

const verificationModes = {
  OFF: { value: 'off', description: 'Addresses are not verified.' },
  OPTIONAL: { value: 'optional', description: 'New accounts get a link that verifies the address.' },
  REQUIRED: { value: 'required', description: 'An account begins when its address is verified.' },
} as const satisfies Record<string, { value: EmailVerification; description: string }>

const registrationModes = {
  OPEN: { value: 'open', description: 'Visitors can create accounts.' },
  CLOSED: { value: 'closed', description: 'Only administrators and the operator create accounts.' },
} as const

const mfaPolicies = {
  OFF: { value: 'off', description: 'No one, and no factor can be enrolled. Existing ones still apply.' },
  OPTIONAL: { value: 'optional', description: 'No one. Users can enrol factors.' },
  PRIVILEGED: { value: 'privileged', description: 'Administrators and moderators.' },
  REQUIRED: { value: 'required', description: 'Everyone.' },
} as const satisfies Record<string, { value: MfaPolicy; description: string }>

/** The types AuthTenantSettings and AuthTenantSettingsInput. */
export function addTenantSettings(builder: Builder) {
  const enums = addEnums(builder)
  return { settings: addSettings(builder, enums), settingsInput: addSettingsInput(builder, enums) }
}

type Enums = ReturnType<typeof addEnums>

function addEnums(builder: Builder) {
  return {
    verification: builder.enumType('EmailVerificationMode', {
      description: 'Whether e-mail addresses must be verified, from the weakest to the strictest.',
      values: verificationModes,
    }),
    registration: builder.enumType('AuthRegistrationMode', {
      description: 'Whether visitors can create accounts.',
      values: registrationModes,
    }),
    mfa: builder.enumType('MfaPolicy', {
      description: 'Who must have a second factor, from the weakest to the strictest.',
      values: mfaPolicies,
    }),
  }
}

function addSettings(builder: Builder, { verification, registration, mfa }: Enums) {
  return builder.objectRef<TenantSettings>('AuthTenantSettings').implement({
    description:
      'What a tenant sets otherwise than the configuration; null: as configured. A setting can only be stricter than the configuration. If the configuration has become stricter than a setting, the configuration counts.',
    fields: (t) => {
      const whole = (name: WholeName) => t.exposeInt(name, { nullable: true, description: texts[name] })
      const onlyTrue = (name: SwitchName) =>
        t.exposeBoolean(name, { nullable: true, description: texts[name] })
      return {
        passwordMinLength: whole('passwordMinLength'),
        passwordMinScore: whole('passwordMinScore'),
        passwordRequireUppercase: onlyTrue('passwordRequireUppercase'),
        passwordRequireLowercase: onlyTrue('passwordRequireLowercase'),
        passwordRequireDigit: onlyTrue('passwordRequireDigit'),
        passwordRequireSymbol: onlyTrue('passwordRequireSymbol'),
        passwordRejectBreached: onlyTrue('passwordRejectBreached'),
        passwordHistorySize: whole('passwordHistorySize'),
        passwordMaxAgeDays: whole('passwordMaxAgeDays'),
        emailVerification: t.expose('emailVerification', {
          type: verification,
          nullable: true,
          description: texts.emailVerification,
        }),
        registration: t.expose('registration', {
          type: registration,
          nullable: true,
          description: texts.registration,
        }),
        registrationDomains: t.field({
          type: ['String'],
          nullable: true,
          description: texts.registrationDomains,
          resolve: ({ registrationDomains }) =>
            registrationDomains === null ? null : [...registrationDomains],
        }),
        mfa: t.expose('mfa', { type: mfa, nullable: true, description: texts.mfa }),
        sessionLimit: whole('sessionLimit'),
        sessionIdleSeconds: whole('sessionIdleSeconds'),
        sessionMaxSeconds: whole('sessionMaxSeconds'),
        singleSession: onlyTrue('singleSession'),
        rateLimits: t.field({
          type: 'JSONObject',
          nullable: true,
          description: texts.rateLimits,
          resolve: ({ rateLimits }) => (rateLimits === null ? null : { ...rateLimits }),
        }),
      }
    },
  })
}

type NamesOf<Value> = {
  [Name in keyof TenantSettings]: TenantSettings[Name] extends Value | null ? Name : never
}[keyof TenantSettings]
type WholeName = NamesOf<number>
type SwitchName = NamesOf<boolean>

function addSettingsInput(builder: Builder, { verification, registration, mfa }: Enums) {
  return builder.inputType('AuthTenantSettingsInput', {
    description:
      'Changes of settings, as in AuthTenantSettings. An absent field stays, null returns to the configuration. Issue OUT_OF_BOUNDS for a value outside of its bounds, WEAKER_THAN_CONFIGURED for one that is weaker than the configuration. All mistakes are returned together.',
    fields: (t) => ({
      passwordMinLength: t.int({ description: texts.passwordMinLength }),
      passwordMinScore: t.int({ description: texts.passwordMinScore }),
      passwordRequireUppercase: t.boolean({ description: texts.passwordRequireUppercase }),
      passwordRequireLowercase: t.boolean({ description: texts.passwordRequireLowercase }),
      passwordRequireDigit: t.boolean({ description: texts.passwordRequireDigit }),
      passwordRequireSymbol: t.boolean({ description: texts.passwordRequireSymbol }),
      passwordRejectBreached: t.boolean({ description: texts.passwordRejectBreached }),
      passwordHistorySize: t.int({ description: texts.passwordHistorySize }),
      passwordMaxAgeDays: t.int({ description: texts.passwordMaxAgeDays }),
      emailVerification: t.field({ type: verification, description: texts.emailVerification }),
      registration: t.field({ type: registration, description: texts.registration }),
      registrationDomains: t.stringList({ description: texts.registrationDomains }),
      mfa: t.field({ type: mfa, description: texts.mfa }),
      sessionLimit: t.int({ description: texts.sessionLimit }),
      sessionIdleSeconds: t.int({ description: texts.sessionIdleSeconds }),
      sessionMaxSeconds: t.int({ description: texts.sessionMaxSeconds }),
      singleSession: t.boolean({ description: texts.singleSession }),
      rateLimits: t.field({ type: 'JSONObject', description: texts.rateLimits }),
    }),
  })
}
