import { decodeBase32 } from '../../../domain/factors/base32.ts'
import { type TotpSecret, totpSealingPurpose } from '../../../domain/factors/totp.ts'
import type { Sealer } from '../../../domain/keys/sealer.ts'
import { ownOrigin } from '../../../domain/origin/origin.ts'
import { type InputIssue, InvalidInputProblem, Problem } from '../../../domain/problems.ts'
import { requireAllowedDomain } from '../../../domain/tenants/registration-policy.ts'
import { defaultTenantSlug } from '../../../domain/tenants/tenant.ts'
import { readSettings } from '../../../domain/tenants/tenant-settings.ts'
import type { TenantStore } from '../../../domain/tenants/tenant-store.ts'
import type { NewUser } from '../../../domain/users/account-store.ts'
import { usernameKey } from '../../../domain/users/username.ts'
import type { FlowDeps } from '../../flow-deps.ts'
import { ImportAccess, type ImportAccessDeps } from './import-access.ts'
import {
  beginsArray,
  type ImportRow,
  invalidRow,
  type NumberedLine,
  parseRow,
  type RowRules,
} from './import-rows.ts'

/** Rows of one transaction. */
const batchSize = 50

/** Origin of the audit events: no address, no request. */
const commandLine = ownOrigin('users import')

export interface InvalidRow {
  /** Line number, from 1. */
  readonly line: number
  readonly issues: readonly InputIssue[]
}

export interface ImportReport {
  readonly imported: number
  /** Rows that `resume` skipped, because their address already has an account. */
  readonly present: number
  readonly bad: readonly InvalidRow[]
  /** What the records of another system have and no row can have, such as `second factors`, and how often. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Whether `signal` ended the import before its end. */
  readonly interrupted: boolean
}

export interface ImportOptions {
  /** Skips invalid rows. Otherwise one invalid row prevents the import. */
  readonly skipInvalid: boolean
  /** Skips rows whose address already has an account, so that an interrupted import can be repeated. */
  readonly resume: boolean
  /** How the records become rows; by default they are rows, of the default tenant. */
  readonly rules?: RowRules
  /** Ends the import between two batches. */
  readonly signal?: AbortSignal
  /** Called after each batch; `total` is null while the rows are being checked. */
  readonly onProgress?: (done: number, total: number | null) => void
}

type ImportUsersDeps = Pick<
  FlowDeps,
  'transaction' | 'audit' | 'users' | 'access' | 'userAccess' | 'clock' | 'ids'
> & {
  readonly tenants: Pick<TenantStore, 'findBySlug'>
  /** Called for rows with a secret only: it requires the configuration of the service. */
  readonly openSealer: () => Sealer
} & ImportAccessDeps

/** One run of the command. */
type ImportRun = ImportUsersDeps & { readonly roles: ImportAccess; readonly rules: RowRules }

const ownRows: RowRules = { convert: null, tenant: defaultTenantSlug, withRoles: false, firebase: null }

/** What the check of all rows finds out. */
interface CheckedRows {
  readonly bad: Map<number, readonly InputIssue[]>
  readonly present: ReadonlySet<number>
  /** Number of rows; 0 if the file has another format. */
  readonly total: number
  readonly leftOut: Readonly<Record<string, number>>
}

/**
 * Imports accounts from NDJSON, one object a line. All rows are checked first. If a row is invalid, nothing is
 * imported, unless `skipInvalid` is true. `read` is called twice and must yield the same lines each time. Each batch
 * is one transaction: an interrupted import leaves whole batches.
 */
export function createImportUsers(deps: ImportUsersDeps) {
  return async function importUsers(
    read: () => AsyncIterable<NumberedLine>,
    options: ImportOptions,
  ): Promise<ImportReport> {
    const { rules = ownRows, signal } = options
    const run = { ...deps, roles: new ImportAccess(deps), rules }
    const checked = await checkRows(run, read(), options)
    const { bad, present, total } = checked
    if (isAborted(signal)) return report(0, checked, true)
    if (bad.size > 0 && (!options.skipInvalid || total === 0)) return report(0, checked, false)
    let imported = 0
    let done = 0
    for await (const batch of batches(read())) {
      if (isAborted(signal)) return report(imported, checked, true)
      const wanted = batch.filter(({ line }) => !bad.has(line) && !present.has(line))
      imported += await insertBatch(run, wanted, bad)
      done += batch.length
      options.onProgress?.(done, total)
    }
    return report(imported, checked, false)
  }
}

/** A call, so that the compiler does not take the first answer for the later ones. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function report(
  imported: number,
  { bad, present, leftOut }: CheckedRows,
  interrupted: boolean,
): ImportReport {
  const rows = [...bad].map(([line, issues]) => ({ line, issues }))
  return { imported, present: present.size, bad: rows, leftOut, interrupted }
}

async function* batches(lines: AsyncIterable<NumberedLine>): AsyncIterable<readonly NumberedLine[]> {
  let batch: NumberedLine[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function checkRows(
  deps: ImportRun,
  lines: AsyncIterable<NumberedLine>,
  { resume, signal, onProgress }: ImportOptions,
): Promise<CheckedRows> {
  const bad = new Map<number, readonly InputIssue[]>()
  const present = new Set<number>()
  const seen = new Set<string>()
  const leftOut = new Map<string, number>()
  let total = 0
  for await (const numbered of lines) {
    if (isAborted(signal)) break
    if (total === 0 && beginsArray(numbered)) {
      bad.set(numbered.line, notNdjson.issues)
      break
    }
    total += 1
    const issues = await attempt(async () => {
      const checked = await checkRow(deps, numbered, seen, resume)
      if (checked.known) present.add(numbered.line)
      for (const what of checked.leftOut) leftOut.set(what, (leftOut.get(what) ?? 0) + 1)
    })
    if (issues.length > 0) bad.set(numbered.line, issues)
    if (total % batchSize === 0) onProgress?.(total, null)
  }
  return { bad, present, total, leftOut: Object.fromEntries(leftOut) }
}

const notNdjson = invalidRow(
  'JSON_ARRAY',
  'The file is a JSON array. Required is one JSON object per line (NDJSON), for example from: jq -c ".[]" FILE',
)

/** Returns whether the address already has an account, if that is no error, and what the row lacks. */
async function checkRow(deps: ImportRun, numbered: NumberedLine, seen: Set<string>, resume: boolean) {
  const now = deps.clock.now()
  const { row, leftOut } = parseRow(numbered, deps.rules, now)
  const tenantId = await tenantIdOf(deps, row)
  claim(seen, row, tenantId)
  await deps.roles.rolesOf(row, tenantId)
  if (resume && (await deps.users.findByEmail(tenantId, row.email)) !== null)
    return { known: true, leftOut: [] }
  if (!(await deps.users.isEmailFree({ id: deps.ids.next(), tenantId }, row.email, now)))
    throw invalidRow('EMAIL_TAKEN', 'The address already has an account, or is reserved.')
  if (row.username && (await deps.users.isUsernameTaken(tenantId, usernameKey(row.username))))
    throw invalidRow('USERNAME_TAKEN', 'The username is taken.')
  return { known: false, leftOut }
}

function claim(seen: Set<string>, row: ImportRow, tenantId: string): void {
  const claims = [`email ${tenantId} ${row.email}`]
  if (row.username) claims.push(`username ${tenantId} ${usernameKey(row.username)}`)
  if (claims.some((one) => seen.has(one)))
    throw invalidRow('DUPLICATE', 'An earlier line of the file has the same value.')
  for (const one of claims) seen.add(one)
}

/** Inserts the rows in one transaction. If one of them is refused, because something changed meanwhile, one by one. */
async function insertBatch(
  deps: ImportRun,
  batch: readonly NumberedLine[],
  bad: Map<number, readonly InputIssue[]>,
): Promise<number> {
  if (batch.length === 0) return 0
  const rowOf = (line: NumberedLine) => parseRow(line, deps.rules, deps.clock.now()).row
  const rows = batch.map(rowOf)
  const refused = await attempt(() => insert(deps, rows))
  if (refused.length === 0) return rows.length
  let inserted = 0
  for (const numbered of batch) {
    const issues = await attempt(() => insert(deps, [rowOf(numbered)]))
    if (issues.length === 0) inserted += 1
    else bad.set(numbered.line, issues)
  }
  return inserted
}

async function insert(deps: ImportRun, rows: readonly ImportRow[]): Promise<void> {
  const accounts = await Promise.all(
    rows.map(async (row) => {
      const user = await newUser(deps, row)
      return { user, active: row.active, password: passwordOf(deps, row), totp: totpOf(deps, row, user.id) }
    }),
  )
  await deps.transaction(async (stores) => {
    for (const { user, active, password, totp } of accounts) {
      await stores.accounts.insert(user, password)
      if (!active) await stores.administration.setActive(user.id, false, user.createdAt)
      if (totp !== null) await stores.totpSecrets.insertConfirmed(totp)
      const roles = user.accessRoles.length > 0 && { roles: user.accessRoles }
      const details = { role: user.role, ...roles, ...(!active && { active }) }
      const subject = { tenantId: user.tenantId, userId: user.id, details }
      await stores.audit.append(deps.audit.event('USER_IMPORTED', commandLine, subject))
    }
  })
}

async function newUser(deps: ImportRun, row: ImportRow): Promise<NewUser> {
  const now = deps.clock.now()
  const tenantId = await tenantIdOf(deps, row)
  return {
    id: deps.ids.next(),
    tenantId,
    email: row.email,
    emailVerifiedAt: row.emailVerified ? now : null,
    username: row.username ?? null,
    firstName: row.firstName ?? null,
    lastName: row.lastName ?? null,
    phoneNumber: row.phoneNumber ?? null,
    locale: row.locale ?? null,
    role: row.role,
    accessRoles: await deps.roles.rolesOf(row, tenantId),
    metadata: row.metadata ?? {},
    createdAt: row.createdAt ? new Date(row.createdAt) : now,
  }
}

function passwordOf({ clock }: ImportUsersDeps, { passwordHash }: ImportRow) {
  return passwordHash ? { hash: passwordHash, pepperId: null, changedAt: clock.now() } : null
}

/** The imported secret is in use at once: the user proved it to the system that the row comes from. */
function totpOf(
  { ids, clock, openSealer }: ImportUsersDeps,
  row: ImportRow,
  userId: string,
): TotpSecret | null {
  const secret = row.totpSecret ? decodeBase32(row.totpSecret) : null
  if (secret === null) return null
  const sealedSecret = openSealer().seal(secret, totpSealingPurpose(userId))
  return { id: ids.next(), userId, sealedSecret, createdAt: clock.now() }
}

/** Also for a tenant that has closed registration: the import is the word of the operator. */
async function tenantIdOf(deps: ImportUsersDeps, row: ImportRow): Promise<string> {
  const tenant = await deps.tenants.findBySlug(row.tenant)
  if (tenant === null) throw invalidRow('UNKNOWN_TENANT', 'No tenant has this slug.', 'tenant')
  const { registrationDomains: domains } = readSettings(tenant.settings)
  requireAllowedDomain({ domains }, row.email, ['email'])
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
