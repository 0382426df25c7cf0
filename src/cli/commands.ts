import { accessApply } from './access/access-apply.ts'
import { accessShow } from './access/access-show.ts'
import { auditVerify } from './audit.ts'
import { type Command, exitCodes, type Terminal } from './command.ts'
import { configCheck } from './config-check.ts'
import { doctor } from './doctor/doctor.ts'
import { health } from './health.ts'
import { init } from './init.ts'
import { jobsList, jobsRun } from './jobs/jobs-commands.ts'
import { keysBackup, keysImport, keysReseal, keysRestore, keysVerify } from './keys.ts'
import { mailList, mailRetry } from './mail/mail-commands.ts'
import { migrate } from './migrate.ts'
import { sessionsRevoke } from './sessions/sessions-revoke.ts'
import { start } from './start.ts'
import { tenantsActivate, tenantsCreate, tenantsDeactivate, tenantsSet } from './tenants/change-tenants.ts'
import { tenantsList } from './tenants/tenants-list.ts'
import { usersCreate } from './users/users-create.ts'
import { usersDelete } from './users/users-delete.ts'
import { usersExport } from './users/users-export.ts'
import { usersImport } from './users/users-import.ts'
import { usersFind, usersList } from './users/users-list.ts'
import { usersLock, usersUnlock } from './users/users-lock.ts'
import { usersPromote } from './users/users-promote.ts'
import { usersResetFactors } from './users/users-reset-factors.ts'

const help: Command = {
  name: 'help',
  parameters: null,
  description: 'Prints this list.',
  async run(terminal) {
    terminal.print(describeCommands(terminal))
    return exitCodes.success
  },
}

/** Every command of `gatehouse`, and in the repository of `npm run cli --`. */
export const commands: readonly Command[] = [
  start,
  init,
  migrate,
  configCheck,
  doctor,
  usersList,
  usersFind,
  usersCreate,
  usersImport,
  usersExport,
  usersPromote,
  usersLock,
  usersUnlock,
  usersResetFactors,
  usersDelete,
  sessionsRevoke,
  mailList,
  mailRetry,
  jobsList,
  jobsRun,
  tenantsList,
  tenantsCreate,
  tenantsSet,
  tenantsDeactivate,
  tenantsActivate,
  accessApply,
  accessShow,
  keysVerify,
  keysReseal,
  keysBackup,
  keysRestore,
  keysImport,
  auditVerify,
  health,
  help,
]

const usualExits = ['0  success', '1  failure; the reason is on standard error', '2  wrong usage']
const interruptedExit = '130 interrupted by Ctrl-C; what is done stays done'

/** The exit codes of a command and what they mean. */
export function exitsOf({
  exits,
  interruptible,
}: Pick<Command, 'exits' | 'interruptible'>): readonly string[] {
  return [...(exits ?? usualExits), ...(interruptible === true ? [interruptedExit] : [])]
}

/** The commands that begin with a word, such as `users`. */
export function commandsOf(word: string): readonly Command[] {
  return commands.filter(({ name }) => name.startsWith(`${word} `))
}

/** The help of several commands. */
export function describeGroup(terminal: Pick<Terminal, 'program'>, group: readonly Command[]): string {
  return group.map((one) => describeCommand(terminal, one)).join('\n\n')
}

/** The help of all commands: one line for each. */
export function describeCommands({ program = 'gatehouse' }: Pick<Terminal, 'program'>): string {
  const width = Math.max(...commands.map((command) => usageOf(command).length))
  const lines = commands.map((command) => `  ${usageOf(command).padEnd(width)}  ${command.description}`)
  return [
    `Usage: ${program} <command>`,
    '',
    ...lines,
    '',
    'Add --help to a command for its exit codes.',
  ].join('\n')
}

/** The help of one command. */
function describeCommand({ program = 'gatehouse' }: Pick<Terminal, 'program'>, command: Command): string {
  const exits = exitsOf(command).map((line) => `  ${line}`)
  const json = command.json === true ? ['--json prints the result as one JSON object.', ''] : []
  return [
    `Usage: ${program} ${usageOf(command)}${command.json === true ? ' [--json]' : ''}`,
    '',
    command.description,
    '',
    ...json,
    'Exit codes:',
    ...exits,
  ].join('\n')
}

export function usageOf({ name, parameters }: Command): string {
  return parameters === null ? name : `${name} ${parameters}`
}
