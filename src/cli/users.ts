import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createImportUsers } from '../flows/operator/import-users.ts'
import { createPromoteUser, type Promotion } from '../flows/operator/promote-user.ts'
import { isUuid } from '../lib/uuid.ts'
import { type Command, exitCodes } from './command.ts'
import { printableLine } from './printable.ts'
import { withStores } from './with-stores.ts'

/** Further invalid rows are only counted. */
const maxPrintedRows = 1000
const skipOption = '--skip-bad-rows'

export const usersImport: Command = {
  name: 'users import',
  parameters: `FILE [${skipOption}]`,
  description: `Imports accounts from NDJSON. Reports invalid rows by line; if there are any, imports nothing unless ${skipOption} is given.`,
  async run(terminal, args) {
    const [file, option, ...rest] = args
    if (file === undefined || rest.length > 0 || (option !== undefined && option !== skipOption)) {
      terminal.printError(`Usage: users import FILE [${skipOption}]`)
      return exitCodes.usageError
    }
    const read = () => createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
    const { imported, bad } = await withStores(terminal, (opened) =>
      createImportUsers(opened)(read, option === skipOption),
    )
    for (const { line, issues } of bad.slice(0, maxPrintedRows)) {
      for (const issue of issues) {
        const parts = [issue.path.join('.'), issue.code, issue.message].filter(Boolean)
        terminal.printError(printableLine(`line ${line}: ${parts.join(' ')}`))
      }
    }
    terminal.print(`${imported} imported, ${bad.length} bad`)
    return bad.length === 0 ? exitCodes.success : exitCodes.failure
  },
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
  NO_SUCH_USER: 'There is no account with this address. Register it first.',
  NOT_IN_USE: 'The account is deactivated or locked.',
}
