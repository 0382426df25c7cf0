import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createImportUsers } from '../flows/operator/import-users.ts'
import { createPromoteUser, type Promotion } from '../flows/operator/promote-user.ts'
import { isUuid } from '../lib/uuid.ts'
import { type Command, exitCodes } from './command.ts'
import { visibleLine } from './visible.ts'
import { withStores } from './with-stores.ts'

/** Bad rows that are printed; the rest is counted. */
const maxPrinted = 1000
const keepGoing = '--skip-bad-rows'

export const usersImport: Command = {
  name: 'users import',
  takes: `FILE [${keepGoing}]`,
  sentence:
    'Imports accounts from NDJSON. A bad row is reported by line, and nothing is imported then unless told so.',
  async run(terminal, args) {
    const [file, option, ...rest] = args
    if (file === undefined || rest.length > 0 || (option !== undefined && option !== keepGoing)) {
      terminal.complain(`users import wants FILE [${keepGoing}].`)
      return exitCodes.misused
    }
    const read = () => createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
    const { imported, bad } = await withStores(terminal, (opened) =>
      createImportUsers(opened)(read, option === keepGoing),
    )
    for (const { line, issues } of bad.slice(0, maxPrinted)) {
      for (const issue of issues) {
        const parts = [issue.path.join('.'), issue.code, issue.message].filter(Boolean)
        terminal.complain(visibleLine(`line ${line}: ${parts.join(' ')}`))
      }
    }
    terminal.print(`${imported} imported, ${bad.length} bad`)
    return bad.length === 0 ? exitCodes.done : exitCodes.failed
  },
}

export const usersExport: Command = {
  name: 'users export',
  takes: 'ID',
  sentence: 'Prints everything that is stored about a person as JSON, without hashes and secrets.',
  async run(terminal, args) {
    const [id, ...rest] = args
    if (!isUuid(id) || rest.length > 0) {
      terminal.complain('users export wants the ID of a user.')
      return exitCodes.misused
    }
    const person = await withStores(terminal, ({ personExport }) => personExport.collect(id))
    if (person === null) {
      terminal.complain('There is no such user.')
      return exitCodes.failed
    }
    terminal.print(JSON.stringify(person, null, 2))
    return exitCodes.done
  },
}

const ofTenant = '--tenant'

export const usersPromote: Command = {
  name: 'users promote',
  takes: `EMAIL [${ofTenant} SLUG]`,
  sentence: 'Makes the account of that address an administrator: the first one, or a further one.',
  async run(terminal, args) {
    const [email, option, slug, ...rest] = args
    const misused = option !== undefined && (option !== ofTenant || slug === undefined)
    if (email === undefined || misused || rest.length > 0) {
      terminal.complain(`users promote wants EMAIL [${ofTenant} SLUG].`)
      return exitCodes.misused
    }
    const promotion = await withStores(terminal, (opened) => createPromoteUser(opened)(email, slug ?? null))
    if (!('user' in promotion)) {
      terminal.complain(refusals[promotion.kind])
      return exitCodes.failed
    }
    const { kind, user } = promotion
    const state = kind === 'PROMOTED' ? 'is an administrator now' : 'has been an administrator before'
    terminal.print(visibleLine(`${user.email} ${state} (${user.id})`))
    if (user.emailVerifiedAt === null) {
      terminal.complain('Nobody has verified that address: make sure that the account is of whom you mean.')
    }
    return exitCodes.done
  },
}

const refusals: Readonly<Record<Exclude<Promotion['kind'], 'PROMOTED' | 'ALREADY_ADMINISTRATOR'>, string>> = {
  NO_SUCH_TENANT: 'There is no such tenant.',
  NO_SUCH_USER: 'There is no account of that address: register it first.',
  NOT_IN_USE: 'The account is deactivated or locked.',
}
