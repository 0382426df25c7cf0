import { decodeBase32 } from '../../domain/factors/base32.ts'
import { type TotpSecret, totpSealingPurpose } from '../../domain/factors/totp.ts'
import type { Sealer } from '../../domain/keys/sealer.ts'
import { ownOrigin } from '../../domain/origin/origin.ts'
import { type InputIssue, InvalidInputProblem, Problem } from '../../domain/problems.ts'
import { requireAllowedDomain } from '../../domain/tenants/registration-policy.ts'
import { readSettings } from '../../domain/tenants/tenant-settings.ts'
import type { TenantStore } from '../../domain/tenants/tenant-store.ts'
import type { NewUser } from '../../domain/users/account-store.ts'
import { usernameKey } from '../../domain/users/username.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { ImportAccess, type ImportAccessDeps } from './import-access.ts'
import {
  beginsArray,
  type ImportRow,
  invalidRow,
  type NumberedLine,
  numberedLines,
  parseRow,
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
}

export interface ImportOptions {
  /** Skips invalid rows. Otherwise one invalid row prevents the import. */
  readonly skipInvalid: boolean
  /** Skips rows whose address already has an account, so that an interrupted import can be repeated. */
  readonly resume: boolean
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
type ImportRun = ImportUsersDeps & { readonly roles: ImportAccess }

/** What the check of all rows finds out. */
interface CheckedRows {
  readonly bad: Map<number, readonly InputIssue[]>
  readonly present: ReadonlySet<number>
  /** Number of rows; 0 if the file has another format. */
  readonly total: number
}

/**
 * Imports accounts from NDJSON, one object a line. All rows are checked first. If a row is invalid, nothing is
 * imported, unless `skipInvalid` is true. `read` is called twice and must yield the same lines each time. Each batch
 * is one transaction: an interrupted import leaves whole batches.
 */
export function createImportUsers(deps: ImportUsersDeps) {
  return async function importUsers(
    read: () => AsyncIterable<string>,
    options: ImportOptions,
  ): Promise<ImportReport> {
    const run = { ...deps, roles: new ImportAccess(deps) }
    const checked = await checkRows(run, read(), options)
    const { bad, present, total } = checked
    if (bad.size > 0 && (!options.skipInvalid || total === 0)) return report(0, checked)
    let imported = 0
    let done = 0
    for await (const batch of batches(read())) {
      const wanted = batch.filter(({ line }) => !bad.has(line) && !present.has(line))
      imported += await insertBatch(run, wanted, bad)
      done += batch.length
      options.onProgress?.(done, total)
    }
    return report(imported, checked)
  }
}

function report(imported: number, { bad, present }: CheckedRows): ImportReport {
  const rows = [...bad].map(([line, issues]) => ({ line, issues }))
  return { imported, present: present.size, bad: rows }
}

async function* batches(lines: AsyncIterable<string>): AsyncIterable<readonly NumberedLine[]> {
  let batch: NumberedLine[] = []
  for await (const line of numberedLines(lines)) {
    batch.push(line)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function checkRows(
  deps: ImportRun,
  lines: AsyncIterable<string>,
  { resume, onProgress }: ImportOptions,
): Promise<CheckedRows> {
  const bad = new Map<number, readonly InputIssue[]>()
  const present = new Set<number>()
  const seen = new Set<string>()
  let total = 0
  for await (const numbered of numberedLines(lines)) {
    if (total === 0 && beginsArray(numbered)) {
      bad.set(numbered.line, notNdjson.issues)
      break
    }
    total += 1
    const issues = await attempt(async () => {
      const known = await checkRow(deps, numbered.text, seen, resume)
      if (known) present.add(numbered.line)
    })
    if (issues.length > 0) bad.set(numbered.line, issues)
    if (total % batchSize === 0) onProgress?.(total, null)
  }
  return { bad, present, total }
}

const notNdjson = invalidRow(
  'JSON_ARRAY',
  'The file is a JSON array. Required is one JSON object per line (NDJSON), for example from: jq -c ".[]" FILE',
)

/** Returns whether the address already has an account, if that is no error. */
async function checkRow(deps: ImportRun, text: string, seen: Set<string>, resume: boolean): Promise<boolean> {
  const now = deps.clock.now()
  const row = parseRow(text, now)
  const tenantId = await tenantIdOf(deps, row)
  claim(seen, row, tenantId)
  await deps.roles.rolesOf(row, tenantId)
  if (resume && (await deps.users.findByEmail(tenantId, row.email)) !== null) return true
  if (!(await deps.users.isEmailFree({ id: deps.ids.next(), tenantId }, row.email, now)))
    throw invalidRow('EMAIL_TAKEN', 'The address already has an account, or is reserved.')
  if (row.username && (await deps.users.isUsernameTaken(tenantId, usernameKey(row.username))))
    throw invalidRow('USERNAME_TAKEN', 'The username is taken.')
  return false
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
  const rows = batch.map(({ text }) => parseRow(text, deps.clock.now()))
  const refused = await attempt(() => insert(deps, rows))
  if (refused.length === 0) return rows.length
  let inserted = 0
  for (const { line, text } of batch) {
    const issues = await attempt(() => insert(deps, [parseRow(text, deps.clock.now())]))
    if (issues.length === 0) inserted += 1
    else bad.set(line, issues)
  }
  return inserted
}

async function insert(deps: ImportRun, rows: readonly ImportRow[]): Promise<void> {
  const accounts = await Promise.all(
    rows.map(async (row) => {
      const user = await newUser(deps, row)
      return { user, password: passwordOf(deps, row), totp: totpOf(deps, row, user.id) }
    }),
  )
  await deps.transaction(async (stores) => {
    for (const { user, password, totp } of accounts) {
      await stores.accounts.insert(user, password)
      if (totp !== null) await stores.totpSecrets.insertConfirmed(totp)
      const details = { role: user.role, ...(user.accessRoles.length > 0 && { roles: user.accessRoles }) }
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
