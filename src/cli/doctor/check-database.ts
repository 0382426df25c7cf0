import type { DatabaseFacts } from '../../infrastructure/doctor-probes.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const oldestVersion = 150_000

/** The version, the rights of the role, and settings of the role or the database that a connection of the service has. */
export function checkDatabase(facts: DatabaseFacts, isEmbedded: boolean): readonly Finding[] {
  const { version, versionNumber, deniedTables } = facts
  if (isEmbedded) return [ok('database', `Embedded PostgreSQL ${version}.`)]
  const findings: Finding[] =
    versionNumber < oldestVersion
      ? [
          failure(
            'database',
            `PostgreSQL ${version} is too old.`,
            'Upgrade the server to version 15 or later.',
          ),
        ]
      : [ok('database', `PostgreSQL ${version}.`)]
  if (deniedTables.length > 0)
    findings.push(
      failure(
        'database rights',
        `The role of DATABASE_URL may not read and change: ${deniedTables.slice(0, 5).join(', ')}.`,
        'Grant SELECT, INSERT, UPDATE and DELETE on all tables of the schema (docs/postgresql.md).',
      ),
    )
  return [...findings, ...checkSettings(facts)]
}

function checkSettings({ isolation, statementTimeoutMs, timeZone, dateStyle }: DatabaseFacts): Finding[] {
  const findings = [
    ok(
      'time zone',
      `The sessions are in ${timeZone}; times are stored and read with their offset in any zone.`,
    ),
  ]
  if (!dateStyle.startsWith('ISO'))
    findings.push(
      failure('date style', `DateStyle is ${dateStyle}.`, "Run ALTER DATABASE … SET datestyle = 'ISO'."),
    )
  if (isolation !== 'read committed')
    findings.push(
      warning(
        'isolation',
        `default_transaction_isolation is ${isolation}, so that concurrent changes of one account fail.`,
        'Run ALTER ROLE … RESET default_transaction_isolation, and the same for the database.',
      ),
    )
  if (statementTimeoutMs === 0)
    findings.push(
      warning(
        'statement timeout',
        'Statements have no time limit on the server.',
        "Run ALTER ROLE … SET statement_timeout = '2s': behind a pooler it is a setting of the role (docs/postgresql.md).",
      ),
    )
  return findings
}
