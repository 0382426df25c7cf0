import { open } from 'node:fs/promises'
import { tokenAccessRules } from '../app/token-access.ts'
import { readConfig } from '../config/read-config.ts'
import { createImportUsers, type InvalidRow } from '../flows/operator/import-users.ts'
import { createPromoteUser, type Promotion } from '../flows/operator/promote-user.ts'
import { openSealer } from '../infrastructure/operator-stores.ts'
import { isUuid } from '../lib/ids/uuid.ts'
import { type Command, exitCodes, type Terminal } from './command.ts'
import { printableLine } from './printable.ts'
import { progressBar } from './progress-line.ts'
import { withStores } from './with-stores.ts'

/** Further invalid rows are only counted. */
const maxPrintedRows = 1000
const skipOption = '--skip-bad-rows'
const resumeOption = '--resume'
const importOptions: readonly string[] = [skipOption, resumeOption]

export const usersImport: Command = {
  name: 'users import',
  parameters: `FILE [${skipOption}] [${resumeOption}]`,
  json: true,
  description: `Imports accounts from NDJSON. Reports invalid rows by line; if there are any, imports nothing unless ${skipOption} is given. ${resumeOption} skips rows whose address already has an account, to repeat an interrupted import.`,
  async run(terminal, args) {
    const [file, ...options] = args
    if (file === undefined || options.some((option) => !importOptions.includes(option))) {
      terminal.printError(`Usage: users import FILE [${skipOption}] [${resumeOption}]`)
      return exitCodes.usageError
    }
    const resume = options.includes(resumeOption)
    const { imported, present, bad } = await withStores(terminal, (opened) =>
      createImportUsers({
        ...opened,
        openSealer: () => openSealer(readConfig(terminal.env)),
        openTokenAccess: () => tokenAccessRules(readConfig(terminal.env)),
      })(() => readLines(file), {
        skipInvalid: options.includes(skipOption),
        resume,
        onProgress: (done, total) =>
          terminal.showProgress?.(
            total === null ? `checking: ${done} rows` : `importing: ${progressBar(done, total)}`,
          ),
      }),
    )
    const exitCode = bad.length === 0 ? exitCodes.success : exitCodes.failure
    if (terminal.json) {
      terminal.print(JSON.stringify({ imported, present, bad }))
      return exitCode
    }
    printBadRows(terminal, bad)
    if (!resume && bad.some(({ issues }) => issues.some(({ code }) => code === 'EMAIL_TAKEN')))
      terminal.printError(`Add ${resumeOption} to skip rows whose address already has an account.`)
    const skipped = resume ? `, ${present} already present` : ''
    terminal.print(`${imported} imported${skipped}, ${bad.length} bad`)
    return exitCode
  },
}

async function* readLines(file: string): AsyncIterable<string> {
  const handle = await open(file)
  try {
    if (!(await handle.stat()).isFile()) throw new Error(`${file} is not a file.`)
    yield* handle.readLines({ encoding: 'utf8', autoClose: false })
  } finally {
    await handle.close()
  }
}

function printBadRows(terminal: Terminal, bad: readonly InvalidRow[]): void {
  for (const { line, issues } of bad.slice(0, maxPrintedRows)) {
    for (const issue of issues) {
      const parts = [issue.path.join('.'), issue.code, issue.message].filter(Boolean)
      terminal.printError(printableLine(`line ${line}: ${parts.join(' ')}`))
    }
  }
}

export const usersExport: Command = {
  name: 'users export',
  parameters: 'ID',
  description: 'Prints all data that is stored about a user as JSON, without hashes and secrets.',
  async run(terminal, args) {
    const [id, ...rest] = args
    if (!isUuid(id) || rest.length > 0) {
      terminal.printError('users export requires the ID of a user.')
      return exitCodes.usageError
    }
    const person = await withStores(terminal, ({ personExport }) => personExport.collect(id))
    if (person === null) {
      terminal.printError('The user does not exist.')
      return exitCodes.failure
    }
    terminal.print(JSON.stringify(person, null, 2))
    return exitCodes.success
  },
}

const tenantOption = '--tenant'

export const usersPromote: Command = {
  name: 'users promote',
  parameters: `EMAIL [${tenantOption} SLUG]`,
  description: 'Makes the account with that e-mail address an administrator.',
  async run(terminal, args) {
    const [email, option, slug, ...rest] = args
    const misused = option !== undefined && (option !== tenantOption || slug === undefined)
    if (email === undefined || misused || rest.length > 0) {
      terminal.printError(`Usage: users promote EMAIL [${tenantOption} SLUG]`)
      return exitCodes.usageError
    }
    const promotion = await withStores(terminal, (opened) => createPromoteUser(opened)(email, slug ?? null))
    if (!('user' in promotion)) {
      terminal.printError(refusals[promotion.kind])
      return exitCodes.failure
    }
    const { kind, user } = promotion
    const state = kind === 'PROMOTED' ? 'is now an administrator' : 'was already an administrator'
    terminal.print(printableLine(`${user.email} ${state} (${user.id})`))
    if (user.emailVerifiedAt === null) {
      terminal.printError(
        'This address is not verified. Make sure that the account belongs to the intended person.',
      )
    }
    return exitCodes.success
  },
}

const refusals: Readonly<Record<Exclude<Promotion['kind'], 'PROMOTED' | 'ALREADY_ADMINISTRATOR'>, string>> = {
  NO_SUCH_TENANT: 'The tenant does not exist.',
  TENANT_INACTIVE: 'The tenant is deactivated. Reactivate it first.',
  NO_SUCH_USER: 'There is no account with this address. Register it first.',
  NOT_IN_USE: 'The account is deactivated or locked.',
}
