import { readdirSync } from 'node:fs'

/** Folders whose tests pass on both backends: the embedded database alone, and PostgreSQL with Redis. */
export const sharedFolders = ['test/api', 'test/contracts', 'test/security'] as const

/**
 * Those of them that test flows through the public API. If there are servers, a test of a flow runs there alone, unless
 * a list names it.
 */
export const flowFolders = ['test/api', 'test/security'] as const

/** Tests that require PostgreSQL and Redis: outages, and several processes on one database. */
export const serverFolders = ['test/degraded', 'test/processes'] as const

/**
 * Tests of the shared folders in which neither SQL nor Redis decides anything: rules of the schema, texts, access,
 * passwords, formats of other systems, and adapters of other services. They run once, on the embedded database. A test
 * of a statement, a constraint, a lock, a race, a limit or a channel does not belong here.
 */
export const onceOnEmbedded: readonly string[] = [
  'test/api/answer-size.test.ts',
  'test/api/bad-input.test.ts',
  'test/api/breached-passwords.test.ts',
  'test/api/csrf.test.ts',
  'test/api/hash-deadlines.test.ts',
  'test/api/locale.test.ts',
  'test/api/mail-languages.test.ts',
  'test/api/password-age.test.ts',
  'test/api/passwords.test.ts',
  'test/api/traces.test.ts',
  'test/api/transports.test.ts',
  'test/api/typed-operations.test.ts',
  'test/contracts/alert-webhook.test.ts',
  'test/contracts/argon2.test.ts',
  'test/contracts/breach-checkers.test.ts',
  'test/contracts/cli-import-formats.test.ts',
  'test/contracts/dependency-breakers.test.ts',
  'test/contracts/embedded-database.test.ts',
  'test/contracts/embedded-note.test.ts',
  'test/contracts/embedded-statements.test.ts',
  'test/contracts/foreign-hashes.test.ts',
  'test/contracts/memory-rate-limiter.test.ts',
  'test/contracts/password-hasher.test.ts',
  'test/contracts/password-scorer.test.ts',
  'test/contracts/s3-archive.test.ts',
  'test/contracts/timetable.test.ts',
  'test/security/access-tokens.test.ts',
  'test/security/cross-site.test.ts',
  'test/security/denials.test.ts',
  'test/security/permission-matrix.test.ts',
  'test/security/personal-fields.test.ts',
  'test/security/recent-reauthentication.test.ts',
  'test/security/root-field-costs.test.ts',
  'test/security/secrets-in-output.test.ts',
  'test/security/tenant-matrix-control.test.ts',
  'test/security/tenant-matrix.test.ts',
  'test/security/texts-of-registrants.test.ts',
]

/**
 * Tests that open and close a database for each command, which takes half a second on the embedded one. They run on
 * the servers if there are any, otherwise on the embedded database. `cli.test.ts` opens both.
 */
export const onceOnServers: readonly string[] = [
  'test/contracts/cli-access.test.ts',
  'test/contracts/cli-access-size.test.ts',
  'test/contracts/cli-denied-tables.test.ts',
  'test/contracts/cli-doctor.test.ts',
  'test/contracts/cli-keys.test.ts',
  'test/contracts/cli-keys-import.test.ts',
  'test/contracts/cli-mail-and-jobs.test.ts',
  'test/contracts/cli-tenants.test.ts',
  'test/contracts/cli-users-commands.test.ts',
  'test/contracts/tenant-commands.test.ts',
]

/**
 * Tests of flows whose promise depends on code that only one backend has: counters, locks and nonces in memory,
 * channels in memory and the caches that they refresh, streams of events, jobs, races, and times and texts that a
 * database treats in its own way. If there are servers, they run on both backends.
 */
const dependentOnBackend: readonly string[] = [
  'test/api/audit-log.test.ts',
  'test/api/lock-out.test.ts',
  'test/api/lock-without-end.test.ts',
  'test/api/own-accounts.test.ts',
  'test/api/password-reminders.test.ts',
  'test/api/purge-expired.test.ts',
  'test/api/rate-limited-events.test.ts',
  'test/api/rate-limits.test.ts',
  'test/api/refresh-clocks.test.ts',
  'test/api/refresh-reuse.test.ts',
  'test/api/refresh-windows.test.ts',
  'test/api/refresh.test.ts',
  'test/api/revoke-token.test.ts',
  'test/api/session-events-races.test.ts',
  'test/api/session-events.test.ts',
  'test/api/session-limit.test.ts',
  'test/api/tenant-rate-limits.test.ts',
  'test/api/unsolved-challenges.test.ts',
  'test/api/unstorable-text.test.ts',
  'test/security/access-roles.test.ts',
  'test/security/account-takeover.test.ts',
  'test/security/brute-force.test.ts',
  'test/security/clocks-that-differ.test.ts',
  'test/security/code-guesses.test.ts',
  'test/security/credential-stuffing.test.ts',
  'test/security/equal-codes.test.ts',
  'test/security/floods.test.ts',
  'test/security/forged-addresses.test.ts',
  'test/security/inactive-tenant-races.test.ts',
  'test/security/last-administrator.test.ts',
  'test/security/lock-out-processes.test.ts',
  'test/security/own-account-copies.test.ts',
  'test/security/refresh-interleavings.test.ts',
  'test/security/revocation.test.ts',
  'test/security/role-changes.test.ts',
  'test/security/session-limit-race.test.ts',
  'test/security/silent-locks.test.ts',
  'test/security/simultaneous-logins.test.ts',
  'test/security/tenant-administration.test.ts',
  'test/security/text-pumping.test.ts',
  'test/security/trusted-edge.test.ts',
]

/**
 * A walk through every flow. It sends each statement of each store to the embedded database at least once, also inside
 * transactions, where that database has a single connection.
 */
const walkThroughFlows: readonly string[] = [
  'test/api/access-of-api-keys.test.ts',
  'test/api/access-permissions.test.ts',
  'test/api/address-forms.test.ts',
  'test/api/administration.test.ts',
  'test/api/audit-events.test.ts',
  'test/api/change-password.test.ts',
  'test/api/email-change.test.ts',
  'test/api/email-verification-required.test.ts',
  'test/api/email-verification.test.ts',
  'test/api/login.test.ts',
  'test/api/logout.test.ts',
  'test/api/metadata-claims.test.ts',
  'test/api/mfa-enrolment.test.ts',
  'test/api/passkey-login.test.ts',
  'test/api/password-reset.test.ts',
  'test/api/phone-verification.test.ts',
  'test/api/privacy.test.ts',
  'test/api/profile.test.ts',
  'test/api/reauthenticate-with.test.ts',
  'test/api/recovery-codes.test.ts',
  'test/api/register.test.ts',
  'test/api/remembered-devices.test.ts',
  'test/api/report-session.test.ts',
  'test/api/risk-signals.test.ts',
  'test/api/second-step.test.ts',
  'test/api/security-events.test.ts',
  'test/api/tenants-in-traces.test.ts',
  'test/api/tenants.test.ts',
  'test/api/undo-factor-change.test.ts',
  'test/api/user-access.test.ts',
  'test/api/users-list.test.ts',
  'test/security/forgotten-person.test.ts',
  'test/security/master-key-rotation.test.ts',
  'test/security/replaced-tokens.test.ts',
  'test/security/stolen-refresh-token.test.ts',
  'test/security/token-verification.test.ts',
]

/** Tests of flows that run on both backends if there are servers. Those of `test/contracts` do so without a list. */
export const onBoth: readonly string[] = [...dependentOnBackend, ...walkThroughFlows]

/** Tests of flows that run on the servers alone if there are any, otherwise on the embedded database. */
export function onServersAlone(): readonly string[] {
  const elsewhere = new Set([...onceOnEmbedded, ...onBoth])
  return flowFolders
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((file) => file.endsWith('.test.ts') && !elsewhere.has(file))
}
