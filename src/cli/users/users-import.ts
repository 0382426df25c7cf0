import { readFile } from 'node:fs/promises'
import { tokenAccessRules } from '../../app/token-access.ts'
import { readConfig } from '../../config/read-config.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import { readFirebaseParameters } from '../../flows/operator/import/firebase.ts'
import type { ImportFormat } from '../../flows/operator/import/import-format.ts'
import { importFormats, isImportFormat } from '../../flows/operator/import/import-formats.ts'
import { type NumberedLine, numberedLines, type RowRules } from '../../flows/operator/import/import-rows.ts'
import {
  createImportUsers,
  type ImportReport,
  type InvalidRow,
} from '../../flows/operator/import/import-users.ts'
import { openSealer } from '../../infrastructure/operator-stores.ts'
import { type ExitCode, exitCodes, type Terminal } from '../command.ts'
import { counted } from '../counted.ts'
import { defineCommand, UsageError } from '../define-command.ts'
import { printableLine } from '../printable.ts'
import { progressBar } from '../progress-line.ts'
import { withStores } from '../with-stores.ts'
import { readText, readUsers, splitLines } from './read-records.ts'

/** Further invalid rows are only counted. */
const maxPrintedRows = 1000
const formatNames = Object.keys(importFormats).join('|')

export const usersImport = defineCommand({
  name: 'users import',
  parameters: `FILE [--format ${formatNames}] [--tenant SLUG] [--with-roles] [--hash-config FILE] [--skip-bad-rows] [--resume]`,
  json: true,
  interruptible: true,
  exits: [
    '0  every row is imported or, with --resume, already has an account',
    '1  rows are bad, also if --skip-bad-rows imported the others; or a failure',
    '2  wrong usage',
  ],
  description:
    'Imports accounts from NDJSON, or from the export of another system. Reports invalid rows by line; if there are any, imports nothing unless --skip-bad-rows is given. --resume skips rows whose address already has an account, to repeat an interrupted import. --tenant is for rows that name none. --with-roles takes the roles of other systems; --hash-config is a file with the hash parameters of a Firebase project.',
  options: {
    format: { type: 'string', default: 'gatehouse' },
    tenant: { type: 'string', default: defaultTenantSlug },
    'with-roles': { type: 'boolean', default: false },
    'hash-config': { type: 'string' },
    'skip-bad-rows': { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
  },
  words: [1, 1],
  async run(terminal, { values, words: [file = ''] }) {
    if (!isImportFormat(values.format)) throw new UsageError(`--format must be one of ${formatNames}.`)
    const format: ImportFormat = importFormats[values.format]
    const rules: RowRules = {
      convert: format.convert,
      tenant: values.tenant,
      withRoles: values['with-roles'],
      firebase: await readHashConfig(values['hash-config']),
    }
    const { resume } = values
    const signal = terminal.onInterrupt?.()
    const report = await withStores(terminal, (opened) =>
      createImportUsers({
        ...opened,
        openSealer: () => openSealer(readConfig(terminal.env)),
        openTokenAccess: () => tokenAccessRules(readConfig(terminal.env)),
      })(() => readRecords(file, format), {
        skipInvalid: values['skip-bad-rows'],
        resume,
        rules,
        ...(signal !== undefined && { signal }),
        onProgress: (done, total) =>
          terminal.showProgress?.(
            total === null ? `checking: ${counted(done, 'row')}` : `importing: ${progressBar(done, total)}`,
          ),
      }),
    )
    return reportImport(terminal, report, resume)
  },
})

function readRecords(file: string, { layout }: ImportFormat): AsyncIterable<NumberedLine> {
  return layout === 'lines' ? numberedLines(splitLines(readText(file))) : readUsers(readText(file))
}

async function readHashConfig(file: string | undefined) {
  if (file === undefined) return null
  const parameters = readFirebaseParameters(await readFile(file, 'utf8'))
  if (parameters !== null) return parameters
  throw new Error(
    `${file} does not contain base64_signer_key, base64_salt_separator, rounds and mem_cost of the algorithm SCRYPT.`,
  )
}

function reportImport(terminal: Terminal, report: ImportReport, resume: boolean): ExitCode {
  const { imported, present, bad, leftOut, interrupted } = report
  const exitCode = interrupted
    ? exitCodes.interrupted
    : bad.length === 0
      ? exitCodes.success
      : exitCodes.failure
  if (terminal.json) {
    terminal.print(JSON.stringify(report))
    return exitCode
  }
  printBadRows(terminal, bad)
  if (!resume && bad.some(({ issues }) => issues.some(({ code }) => code === 'EMAIL_TAKEN')))
    terminal.printError('Add --resume to skip rows whose address already has an account.')
  const skipped = resume ? `, ${present} already present` : ''
  terminal.print(`${imported} imported${skipped}, ${bad.length} bad`)
  const left = Object.entries(leftOut).map(([what, count]) => `${count} × ${what}`)
  if (left.length > 0) terminal.print(printableLine(`left out: ${left.join(', ')}`))
  if (interrupted)
    terminal.printError(
      'Interrupted. The imported accounts stay. Continue with the same command and --resume.',
    )
  return exitCode
}

function printBadRows(terminal: Terminal, bad: readonly InvalidRow[]): void {
  for (const { line, issues } of bad.slice(0, maxPrintedRows)) {
    for (const issue of issues) {
      const parts = [issue.path.join('.'), issue.code, issue.message].filter(Boolean)
      terminal.printError(printableLine(`line ${line}: ${parts.join(' ')}`))
    }
  }
}
