import { z } from 'zod'
import { decodeBase32 } from '../../../domain/factors/base32.ts'
import { costFault, parsePasswordHash } from '../../../domain/passwords/password-hash.ts'
import { type InputIssue, InvalidInputProblem } from '../../../domain/problems.ts'
import { defaultTenantSlug } from '../../../domain/tenants/tenant.ts'
import { userRoles } from '../../../domain/users/user.ts'
import { isObject } from '../../../lib/text/json.ts'
import {
  accessRoleNames,
  email,
  locale,
  parseInput,
  personName,
  phoneNumber,
  tenantSlug,
  username,
} from '../../steps/input.ts'
import { jsonObject } from '../../steps/json-input.ts'
import type { ConversionOptions, Convert } from './import-format.ts'

/** The first time that a row may state; earlier ones are mistakes of a conversion. */
const firstCreation = '1970-01-01T00:00:00.000Z'
const byteOrderMark = /^\uFEFF/
/** Stands for bytes that are not UTF-8. */
const replacement = '\uFFFD'

const passwordHash = z
  .string()
  .max(400)
  .refine((text) => parsePasswordHash(text) !== null, {
    message:
      'Must be an argon2 hash ($argon2id$v=19$m=…,t=…,p=…$salt$hash, at least 8 KiB for each lane), a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 14), scrypt ($scrypt$ln=…,r=…,p=…$salt$hash) or PBKDF2 ($pbkdf2-sha256$i=…$salt$hash).',
    params: { code: 'INVALID_PASSWORD_HASH' },
    abort: true,
  })
  .superRefine((text, context) => {
    const hash = parsePasswordHash(text)
    const fault = hash === null ? null : costFault(hash)
    if (fault !== null)
      context.addIssue({ code: 'custom', message: fault, params: { code: 'EXPENSIVE_PASSWORD_HASH' } })
  })

/** RFC 4226, section 4, requirement 6: at least 128 bits. */
const minSecretBytes = 16
const maxSecretBytes = 64

const totpSecret = z.string().refine(
  (text) => {
    const length = decodeBase32(text)?.length ?? 0
    return length >= minSecretBytes && length <= maxSecretBytes
  },
  {
    message: `Must be the secret of an authenticator app in base32, ${minSecretBytes} to ${maxSecretBytes} bytes (SHA-1, six digits, 30 seconds).`,
    params: { code: 'INVALID_TOTP_SECRET' },
  },
)

const rowRules = z.strictObject({
  email,
  emailVerified: z.boolean().default(false),
  username: username.nullish(),
  passwordHash: passwordHash.nullish(),
  totpSecret: totpSecret.nullish(),
  firstName: personName.nullish(),
  lastName: personName.nullish(),
  phoneNumber: phoneNumber.nullish(),
  locale: locale.nullish(),
  role: z.enum(userRoles).default('USER'),
  /** False: deactivated, no sign-in is possible. */
  active: z.boolean().default(true),
  roles: accessRoleNames.nullish(),
  metadata: jsonObject.nullish(),
  tenant: tenantSlug.default(defaultTenantSlug),
  createdAt: z.iso.datetime({ offset: true }).nullish(),
})

/** Fields that a converted record lacks if its value has another form here: the account is usable without them. */
const optionalFields = { username, firstName: personName, lastName: personName, phoneNumber, locale }

/** A valid row of an import. */
export type ImportRow = z.infer<typeof rowRules>

export interface NumberedLine {
  /** Line number, from 1. */
  readonly line: number
  /** Null: longer than a record may be. */
  readonly text: string | null
}

/** Yields the lines that are not blank, without a byte order mark. Null stands for a line that is too long. */
export async function* numberedLines(lines: AsyncIterable<string | null>): AsyncIterable<NumberedLine> {
  let line = 0
  for await (const raw of lines) {
    line += 1
    const text = line === 1 ? (raw?.replace(byteOrderMark, '') ?? null) : raw
    if (text?.trim() !== '') yield { line, text }
  }
}

/** Whether the first line begins a JSON array, which is not NDJSON. */
export function beginsArray({ text }: NumberedLine): boolean {
  return text?.trimStart().startsWith('[') === true
}

/** How the records of a file become rows. */
export interface RowRules extends Pick<ConversionOptions, 'withRoles' | 'firebase'> {
  /** Null: the records are rows. */
  readonly convert: Convert | null
  /** Slug of the tenant of rows that name none. */
  readonly tenant: string
}

/** A row, and what its record has besides. */
export interface ParsedRow {
  readonly row: ImportRow
  readonly leftOut: readonly string[]
}

/** @throws InvalidInputProblem */
export function parseRow({ text }: NumberedLine, rules: RowRules, now: Date): ParsedRow {
  if (text === null) throw invalidRow('TOO_LONG', 'The record is too long.')
  if (text.includes(replacement)) throw invalidRow('INVALID_ENCODING', 'Must be UTF-8 text.')
  const { fields, leftOut } = readFields(parseJson(text), rules, now)
  const row = parseInput(rowRules, fields)
  if (row.createdAt) checkCreation(new Date(row.createdAt), now)
  return { row, leftOut }
}

function readFields(record: unknown, { convert, tenant, ...options }: RowRules, now: Date) {
  if (!isObject(record)) return { fields: record, leftOut: [] }
  if (convert === null) return { fields: { tenant, ...record }, leftOut: [] }
  const { row, leftOut } = convert(record, { ...options, now })
  if (row.email == null || row.email === '')
    throw invalidRow('REQUIRED', 'The account has no e-mail address.', 'email')
  const unfit = Object.entries(optionalFields).flatMap(([name, rule]) =>
    row[name] === undefined || rule.safeParse(row[name]).success ? [] : [name],
  )
  const fields = Object.entries(row).filter(([name, value]) => value !== undefined && !unfit.includes(name))
  // Many systems use the address as the name of an account.
  const counted = unfit.filter((name) => row[name] !== row.email)
  return { fields: { tenant, ...Object.fromEntries(fields) }, leftOut: [...leftOut, ...counted] }
}

export function invalidRow(code: string, message: string, field?: string): InvalidInputProblem {
  const issue: InputIssue = { path: field === undefined ? [] : [field], code, message }
  return new InvalidInputProblem([issue])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidRow('MALFORMED', 'Must be a JSON object.')
  }
}

function checkCreation(at: Date, now: Date): void {
  if (at > now) throw invalidRow('IN_THE_FUTURE', 'Must not be in the future.', 'createdAt')
  if (at < new Date(firstCreation))
    throw invalidRow('TOO_EARLY', `Must not be before ${firstCreation}.`, 'createdAt')
}
