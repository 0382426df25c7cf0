import { loadEnvFile } from '../config/load-env-file.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from './command.ts'
import { commandErrorText } from './command-error-text.ts'
import { commands, commandsOf, describeCommands, describeGroup } from './commands.ts'

const helpOption = /^(-h|--help)$/
const jsonOption = '--json'

/** Runs the command that the first words name, with the remaining words as its arguments. Null: the process goes on. */
export async function runCommand(words: readonly string[], terminal: Terminal): Promise<ExitCode | null> {
  const line = words.filter((word) => !helpOption.test(word)).join(' ')
  if (words.some((word) => helpOption.test(word))) return printHelp(terminal, line)
  const command = commandOf(line)
  if (command === undefined) return reportUnknown(terminal, line)
  const given = words.slice(command.name.split(' ').length)
  const json = command.json === true && given.includes(jsonOption)
  const args = json ? given.filter((word) => word !== jsonOption) : given
  if (command.parameters === null && args.length > 0)
    return reportUsage(terminal, `${command.name} takes no arguments.`)
  try {
    if (command.readsNoEnvFile !== true) loadEnvFile(terminal.env)
    return await command.run({ ...terminal, json }, args)
  } catch (error) {
    terminal.printError(commandErrorText(error))
    return exitCodes.failure
  }
}

function commandOf(line: string): Command | undefined {
  return commands.find(({ name }) => line === name || line.startsWith(`${name} `))
}

/** The help of one command, of the commands that begin with a word, or of all. */
function printHelp(terminal: Terminal, line: string): ExitCode {
  const command = commandOf(line)
  const named = command === undefined ? commandsOf(line) : [command]
  if (line === '') terminal.print(describeCommands(terminal))
  else if (named.length === 0) return reportUnknown(terminal, line)
  else terminal.print(describeGroup(terminal, named))
  return exitCodes.success
}

/** The first word alone, or with an unknown second one, shows the commands that begin with it. */
function reportUnknown(terminal: Terminal, line: string): ExitCode {
  const group = commandsOf(line.split(' ')[0] ?? '')
  if (line === '') return reportUsage(terminal, 'A command is required.')
  if (group.length === 0) return reportUsage(terminal, `Unknown command: ${line}`)
  if (line.includes(' ')) terminal.printError(`Unknown command: ${line}\n`)
  terminal.printError(describeGroup(terminal, group))
  return exitCodes.usageError
}

function reportUsage(terminal: Terminal, problem: string): ExitCode {
  terminal.printError(`${problem}\n\n${describeCommands(terminal)}`)
  return exitCodes.usageError
}
