/** Folders whose tests run on both backends: the embedded database alone, and PostgreSQL with Redis. */
export const sharedFolders = ['test/api', 'test/contracts', 'test/security'] as const

/** Tests that require PostgreSQL and Redis: outages, and several processes on one database. */
export const serverFolders = ['test/degraded', 'test/processes'] as const

/**
 * Tests of the shared folders in which neither SQL nor Redis decides anything: rules of the schema, texts, access,
 * passwords, and adapters of other services. They run once, on the embedded database. A test of a statement, a
 * constraint, a lock, a race, a limit or a channel does not belong here.
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
  'test/contracts/dependency-breakers.test.ts',
  'test/contracts/embedded-database.test.ts',
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
