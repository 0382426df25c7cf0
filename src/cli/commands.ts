import { auditVerify } from './audit.ts'
import { type Command, exitCodes } from './command.ts'
import { configCheck } from './config-check.ts'
import { keysBackup, keysReseal, keysRestore, keysVerify } from './keys.ts'
import { migrate } from './migrate.ts'
import { usersExport, usersImport, usersPromote } from './users.ts'

const help: Command = {
  name: 'help',
  takes: null,
  sentence: 'Prints this list.',
  async run(terminal) {
    terminal.print(describeCommands())
    return exitCodes.done
  },
}

/** Everything that `npm run cli --` knows. */
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

/** One line for each command. */
export function describeCommands(): string {
  const usages = commands.map(({ name, takes }) => (takes === null ? name : `${name} ${takes}`))
  const width = Math.max(...usages.map((usage) => usage.length))
  const lines = commands.map(({ sentence }, index) => `  ${usages[index]?.padEnd(width)}  ${sentence}`)
  return ['Usage: npm run cli -- <command>', '', ...lines].join('\n')
}
