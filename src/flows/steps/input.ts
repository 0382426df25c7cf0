import { z } from 'zod'
import { maxRolesOfUser } from '../../domain/access/access-role.ts'
import { normalisePassword } from '../../domain/passwords/password.ts'
import { maxPasswordLength } from '../../domain/passwords/password-rules.ts'
import { type InputIssue, InvalidInputProblem } from '../../domain/problems.ts'
import { maxLocaleLength, normaliseLocale } from '../../domain/users/locale.ts'
import { normalisePhoneNumber } from '../../domain/users/phone-number.ts'
import { isUsername } from '../../domain/users/username.ts'
import { hasMisplacedDot, maxEmailLength, normaliseEmail } from '../../lib/text/email-address.ts'
import { trimPasted } from '../../lib/text/pasted-text.ts'
import { normaliseSlug } from '../../lib/text/slug.ts'

const invalidEmailMessage = 'Must be an e-mail address, such as ada@example.com.'
const misplacedDotMessage =
  'The part before the @ must not begin or end with a dot or contain two dots in a row: most mail servers refuse such an address. Use another address.'

/** Checks an input against its rules. @throws InvalidInputProblem with one issue for each violation */
export function parseInput<T>(rules: z.ZodType<T>, input: unknown): T {
  const parsed = rules.safeParse(input)
  if (parsed.success) return parsed.data
  throw new InvalidInputProblem(parsed.error.issues.map(toIssue))
}

function toIssue(issue: z.core.$ZodIssue): InputIssue {
  const path = issue.path.map(String)
  const code: unknown = issue.code === 'custom' ? issue.params?.code : undefined
  return { path, code: typeof code === 'string' ? code : issue.code.toUpperCase(), message: issue.message }
}

/** NUL cannot be stored, a lone surrogate is not text, and other control characters forge lines in logs and mails. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u

/** One line of plain text, neither trimmed nor changed. */
export function line(maxLength: number) {
  return z
    .string()
    .refine((text) => text.length <= 2 * maxLength && [...text].length <= maxLength, {
      message: `At most ${maxLength} characters.`,
      params: { code: 'TOO_LONG' },
      abort: true,
    })
    .refine((text) => !unprintable.test(text), {
      message: 'Must not contain control characters.',
      params: { code: 'INVALID_CHARACTERS' },
    })
}

/**
 * One line of plain text that other people and programs show: without the characters that change the direction of the
 * text around them (Unicode Bidi_Control), which make a name look like another one.
 */
export function displayedLine(maxLength: number) {
  return line(maxLength).refine((text) => !/\p{Bidi_Control}/u.test(text), {
    message: 'Must not contain bidirectional control characters.',
    params: { code: 'INVALID_CHARACTERS' },
  })
}

/** Whether a name has a character that people can see: more than blanks and fillers (Default_Ignorable_Code_Point). */
export function isVisible(text: string): boolean {
  return /[^\s\p{Default_Ignorable_Code_Point}]/u.test(text)
}

/** A person's name: 1 to 50 characters of plain text. */
export const personName = displayedLine(50).refine(isVisible, {
  message: 'A name must contain at least one visible character. Omit the field for no name.',
  params: { code: 'REQUIRED' },
})

export const username = z.string().refine(isUsername, {
  message: 'Must be 3 to 32 letters, digits, underscores, dots or hyphens.',
  params: { code: 'INVALID_USERNAME' },
})

export const email = z.string().transform((raw, context) => {
  const address = normaliseEmail(raw)
  if (address !== null) return address
  const message = hasMisplacedDot(raw) ? misplacedDotMessage : invalidEmailMessage
  context.issues.push({ code: 'custom', message, params: { code: 'INVALID_EMAIL' }, input: raw })
  return z.NEVER
})

export const phoneNumber = normalised(
  normalisePhoneNumber,
  'INVALID_PHONE_NUMBER',
  'Must be a telephone number in E.164 format, such as +493012345678.',
)

/** A language of pages and mails, in its canonical form. */
export const locale = normalised(
  normaliseLocale,
  'INVALID_LOCALE',
  `Must be a BCP 47 language tag of at most ${maxLocaleLength} characters, such as de or pt-BR.`,
)

/**
 * Maximum length in UTF-16 units: full decomposition lengthens a text by a factor of at most four (Unicode
 * Normalization FAQ).
 */
const maxPasswordUnits = 4 * maxPasswordLength

/**
 * A password that is compared with a stored one, as it was typed: the hasher normalises it. An impossible password is refused
 * before it is hashed.
 */
export const presentedPassword = z
  .string()
  .refine((text) => text.length <= maxPasswordUnits, {
    message: `At most ${maxPasswordLength} characters.`,
    params: { code: 'TOO_LONG' },
    abort: true,
  })
  .refine((text) => !/\p{Surrogate}/u.test(text), {
    message: 'Must be valid Unicode text.',
    params: { code: 'INVALID_CHARACTERS' },
  })

/** A password to be set. The password policy judges its strength. */
export const newPassword = z
  .string()
  .refine((text) => !/\p{Surrogate}|\0/u.test(text), {
    message: 'Must be valid Unicode text without NUL.',
    params: { code: 'INVALID_CHARACTERS' },
  })
  .transform((text) => (text.length > maxPasswordUnits ? text : normalisePassword(text)))

export const tenantSlug = z.string().transform(normaliseSlug).pipe(line(64))

/** An e-mail address or username, trimmed as at registration. */
export const identifier = z.string().transform(trimPasted).pipe(line(maxEmailLength))

/** The reason for an action of an administrator, as free text. */
export const reason = line(500).refine((text) => text.trim() !== '', {
  message: 'Must state a reason.',
  params: { code: 'REQUIRED' },
})

export const optionalReason = line(500).nullish()

/** Names of roles of the application, each once. Whether they exist is checked with the tenant. */
export const accessRoleNames = z
  .array(z.string())
  .transform((names) => [...new Set(names)])
  .refine((names) => names.length <= maxRolesOfUser, {
    message: `At most ${maxRolesOfUser} roles.`,
    params: { code: 'TOO_MANY' },
  })

export const deviceHints = z.object({
  name: displayedLine(100).nullish(),
  fingerprint: line(512).nullish(),
})

function normalised(normalise: (raw: string) => string | null, code: string, message: string) {
  return z.string().transform((raw, context) => {
    const value = normalise(raw)
    if (value !== null) return value
    context.issues.push({ code: 'custom', message, params: { code }, input: raw })
    return z.NEVER
  })
}
