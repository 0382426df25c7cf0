import { auditVerify } from './audit.ts'
import { type Command, exitCodes } from './command.ts'
import { configCheck } from './config-check.ts'
import { keysBackup, keysReseal, keysRestore, keysVerify } from './keys.ts'
import { migrate } from './migrate.ts'
import { usersExport, usersImport, usersPromote } from './users.ts'

const help: Command = {
  name: 'help',
  parameters: null,
  description: 'Prints this list.',
  async run(terminal) {
    terminal.print(describeCommands())
    return exitCodes.success
  },
}

/** Every command of `npm run cli --`. */
export const commands: readonly Command[] = [
  migrate,
  configCheck,
  usersImport,
  usersExport,
  usersPromote,
  keysVerify,
  keysReseal,
  keysBackup,
  keysRestore,
  auditVerify,
  help,
]

/** Returns the help: one line for each command. */
export function describeCommands(): string {
  const usages = commands.map(({ name, parameters }) =>
    parameters === null ? name : `${name} ${parameters}`,
  )
  const width = Math.max(...usages.map((usage) => usage.length))
  const lines = commands.map(({ description }, index) => `  ${usages[index]?.padEnd(width)}  ${description}`)
  return ['Usage: npm run cli -- <command>', '', ...lines].join('\n')
}
