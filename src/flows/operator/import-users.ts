import { z } from 'zod'
import { ownOrigin } from '../../domain/origin/origin.ts'
import { type InputIssue, InvalidInputProblem, Problem } from '../../domain/problems.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import { userRoles } from '../../domain/users/user.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { email, parseInput, personName, phoneNumber, tenantSlug, username } from '../steps/input.ts'

/**
 * Hashes that the hasher can compare at a bounded cost: bcrypt of cost 4 to 14, argon2id of at most 256 MiB, 16
 * passes, 8 lanes.
 */
const bcryptHash = /^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/
const argon2Hash =
  /^\$argon2id\$v=19\$([mtp]=\d{1,6},){2}[mtp]=\d{1,6}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,172}$/
const argon2Bounds = { m: [8, 262_144], t: [1, 16], p: [1, 8] } as const

function isComparable(hash: string): boolean {
  if (bcryptHash.test(hash)) return true
  if (!argon2Hash.test(hash)) return false
  return Object.entries(argon2Bounds).every(([name, [min, max]]) => {
    const value = Number(new RegExp(`[$,]${name}=(\\d+)`).exec(hash)?.[1] ?? Number.NaN)
    return value >= min && value <= max
  })
}

const passwordHash = z
  .string()
  .max(400)
  .refine(isComparable, {
    message:
      'Must be an argon2id hash ($argon2id$v=19$…) or a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 14).',
    params: { code: 'INVALID_PASSWORD_HASH' },
  })

const rules = z.strictObject({
  email,
  emailVerified: z.boolean().default(false),
  username: username.nullish(),
  passwordHash: passwordHash.nullish(),
  firstName: personName.nullish(),
  lastName: personName.nullish(),
  phoneNumber: phoneNumber.nullish(),
  role: z.enum(userRoles).default('USER'),
  tenant: tenantSlug.default(defaultTenantSlug),
  createdAt: z.iso.datetime({ offset: true }).nullish(),
})

type Row = z.infer<typeof rules>

/** Origin of the audit events: no address, no request. */
const commandLine = ownOrigin('users import')

export interface InvalidRow {
  /** Line number, from 1. */
  readonly line: number
  readonly issues: readonly InputIssue[]
}

export interface ImportReport {
  readonly imported: number
  readonly bad: readonly InvalidRow[]
}

type ImportUsersDeps = Pick<FlowDeps, 'tenants' | 'transaction' | 'audit' | 'users' | 'clock' | 'ids'>

/**
 * Imports accounts from NDJSON, one object a line. All rows are checked first. If a row is invalid, nothing is
 * imported, unless `keepGoing` is true: then the invalid rows are skipped. `read` is called twice and must yield the
 * same lines each time.
 */
export function createImportUsers(deps: ImportUsersDeps) {
  return async function importUsers(
    read: () => AsyncIterable<string>,
    keepGoing: boolean,
  ): Promise<ImportReport> {
    const bad = new Map<number, readonly InputIssue[]>()
    const seen = new Set<string>()
    for await (const { line, text } of numbered(read())) {
      const issues = await issuesOf(deps, text, seen)
      if (issues.length > 0) bad.set(line, issues)
    }
    if (bad.size > 0 && !keepGoing) return report(0, bad)
    let imported = 0
    for await (const { line, text } of numbered(read())) {
      if (bad.has(line)) continue
      const issues = await attempt(() => insert(deps, parseRow(text)))
      if (issues.length === 0) imported += 1
      else bad.set(line, issues)
    }
    return report(imported, bad)
  }
}

async function* numbered(lines: AsyncIterable<string>): AsyncIterable<{ line: number; text: string }> {
  let line = 0
  for await (const text of lines) {
    line += 1
    if (text.trim() !== '') yield { line, text }
  }
}

function report(imported: number, bad: ReadonlyMap<number, readonly InputIssue[]>): ImportReport {
  return { imported, bad: [...bad].map(([line, issues]) => ({ line, issues })) }
}

function parseRow(text: string): Row {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new InvalidInputProblem([{ path: [], code: 'MALFORMED', message: 'Must be a JSON object.' }])
  }
  return parseInput(rules, parsed)
}

async function issuesOf(
  deps: ImportUsersDeps,
  text: string,
  seen: Set<string>,
): Promise<readonly InputIssue[]> {
  return attempt(async () => {
    const row = parseRow(text)
    const tenantId = await tenantIdOf(deps, row)
    const now = deps.clock.now()
    const claims = [`email ${tenantId} ${row.email}`]
    if (row.username) claims.push(`username ${tenantId} ${usernameKey(row.username)}`)
    if (claims.some((claim) => seen.has(claim)))
      throw taken('DUPLICATE', 'An earlier line of the file has the same value.')
    for (const claim of claims) seen.add(claim)
    if (!(await deps.users.isEmailFree({ id: deps.ids.next(), tenantId }, row.email, now))) {
      throw taken('EMAIL_TAKEN', 'The address already has an account, or is reserved.')
    }
    if (row.username && (await deps.users.isUsernameTaken(tenantId, usernameKey(row.username)))) {
      throw taken('USERNAME_TAKEN', 'The username is taken.')
    }
  })
}

async function insert(deps: ImportUsersDeps, row: Row): Promise<void> {
  const now = deps.clock.now()
  const user = {
    id: deps.ids.next(),
    tenantId: await tenantIdOf(deps, row),
    email: row.email,
    emailVerifiedAt: row.emailVerified ? now : null,
    username: row.username ?? null,
    pendingUsername: null,
    firstName: row.firstName ?? null,
    lastName: row.lastName ?? null,
    phoneNumber: row.phoneNumber ?? null,
    role: row.role,
    createdAt: row.createdAt ? new Date(row.createdAt) : now,
  }
  const password = row.passwordHash ? { hash: row.passwordHash, pepperId: null, changedAt: now } : null
  await deps.transaction(async (stores) => {
    await stores.accounts.insert(user, password)
    const subject = { tenantId: user.tenantId, userId: user.id, details: { role: user.role } }
    await stores.audit.append(deps.audit.event('USER_IMPORTED', commandLine, subject))
  })
}

async function tenantIdOf(deps: ImportUsersDeps, row: Row): Promise<string> {
  const tenant = await deps.tenants.findBySlug(row.tenant)
  if (tenant === null) throw taken('UNKNOWN_TENANT', 'No tenant has this slug.', 'tenant')
  return tenant.id
}

async function attempt(work: () => Promise<void>): Promise<readonly InputIssue[]> {
  try {
    await work()
    return []
  } catch (error) {
    if (error instanceof InvalidInputProblem) return error.issues
    if (error instanceof Problem) return [{ path: [], code: error.code, message: error.message }]
    throw error
  }
}

function taken(code: string, message: string, field?: string): InvalidInputProblem {
  return new InvalidInputProblem([{ path: field === undefined ? [] : [field], code, message }])
}
