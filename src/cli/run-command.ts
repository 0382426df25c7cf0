import { loadEnvFile } from '../config/load-env-file.ts'
import { errorText } from '../lib/error-text.ts'
import { type ExitCode, exitCodes, type Terminal } from './command.ts'
import { commands, describeCommands } from './commands.ts'

/** Runs the command that the first words name, with the remaining words as its arguments. */
export async function runCommand(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const line = words.join(' ').replace(/^(-h|--help)$/, 'help')
  const command = commands.find(({ name }) => line === name || line.startsWith(`${name} `))
  if (command === undefined)
    return reportUsage(terminal, line === '' ? 'A command is required.' : `Unknown command: ${line}`)
  const args = words.slice(command.name.split(' ').length)
  if (command.parameters === null && args.length > 0)
    return reportUsage(terminal, `${command.name} takes no arguments.`)
  try {
    loadEnvFile(terminal.env)
    return await command.run(terminal, args)
  } catch (error) {
    terminal.printError(errorText(error))
    return exitCodes.failure
  }
}

function reportUsage(terminal: Terminal, problem: string): ExitCode {
  terminal.printError(`${problem}\n\n${describeCommands()}`)
  return exitCodes.usageError
}
