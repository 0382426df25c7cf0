import { z } from 'zod'
import { decodeBase32 } from '../../domain/factors/base32.ts'
import { isAffordable, maxImportedArgon2, parsePasswordHash } from '../../domain/passwords/password-hash.ts'
import { type InputIssue, InvalidInputProblem } from '../../domain/problems.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import { userRoles } from '../../domain/users/user.ts'
import {
  accessRoleNames,
  email,
  locale,
  parseInput,
  personName,
  phoneNumber,
  tenantSlug,
  username,
} from '../steps/input.ts'
import { jsonObject } from '../steps/json-input.ts'

/** The first time that a row may state; earlier ones are mistakes of a conversion. */
const firstCreation = '1970-01-01T00:00:00.000Z'
const byteOrderMark = /^\uFEFF/
/** Stands for bytes that are not UTF-8. */
const replacement = '\uFFFD'

const { memoryKib, lanes, memoryTimesPasses } = maxImportedArgon2

const passwordHash = z
  .string()
  .max(400)
  .refine((text) => parsePasswordHash(text) !== null, {
    message:
      'Must be an argon2id hash ($argon2id$v=19$m=…,t=…,p=…$salt$hash, at least 8 KiB for each lane) or a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 14).',
    params: { code: 'INVALID_PASSWORD_HASH' },
    abort: true,
  })
  .refine((text) => isAffordableText(text), {
    message: `The argon2id hash is too expensive to verify at a login: at most ${memoryKib} KiB, ${lanes} lanes, and ${memoryTimesPasses} for memory times passes.`,
    params: { code: 'EXPENSIVE_PASSWORD_HASH' },
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

const rules = z.strictObject({
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
  roles: accessRoleNames.nullish(),
  metadata: jsonObject.nullish(),
  tenant: tenantSlug.default(defaultTenantSlug),
  createdAt: z.iso.datetime({ offset: true }).nullish(),
})

/** A valid row of an import. */
export type ImportRow = z.infer<typeof rules>

export interface NumberedLine {
  /** Line number, from 1. */
  readonly line: number
  readonly text: string
}

/** Yields the lines that are not blank, without a byte order mark. */
export async function* numberedLines(lines: AsyncIterable<string>): AsyncIterable<NumberedLine> {
  let line = 0
  for await (const raw of lines) {
    line += 1
    const text = line === 1 ? raw.replace(byteOrderMark, '') : raw
    if (text.trim() !== '') yield { line, text }
  }
}

/** Whether the first line begins a JSON array, which is not NDJSON. */
export function beginsArray({ text }: NumberedLine): boolean {
  return text.trimStart().startsWith('[')
}

/** @throws InvalidInputProblem */
export function parseRow(text: string, now: Date): ImportRow {
  if (text.includes(replacement)) throw invalidRow('INVALID_ENCODING', 'Must be UTF-8 text.')
  const row = parseInput(rules, parseJson(text))
  if (row.createdAt) checkCreation(new Date(row.createdAt), now)
  return row
}

export function invalidRow(code: string, message: string, field?: string): InvalidInputProblem {
  const issue: InputIssue = { path: field === undefined ? [] : [field], code, message }
  return new InvalidInputProblem([issue])
}

function isAffordableText(text: string): boolean {
  const hash = parsePasswordHash(text)
  return hash !== null && isAffordable(hash)
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
