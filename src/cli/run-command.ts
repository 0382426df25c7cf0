import { loadEnvFile } from '../config/load-env-file.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from './command.ts'
import { commandErrorText } from './command-error-text.ts'
import { commands, commandsOf, describeCommands, describeGroup } from './commands.ts'
import { helpHint } from './define-command.ts'
import { printableLine } from './printable.ts'

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
    return reportUsage(terminal, `${command.name} takes no arguments.`, command.name)
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

/** The first word alone shows the commands that begin with it. */
function reportUnknown(terminal: Terminal, line: string): ExitCode {
  const [word = ''] = line.split(' ')
  const group = commandsOf(word)
  if (line === '') return reportUsage(terminal, 'A command is required.')
  if (group.length === 0) return reportUsage(terminal, `Unknown command: ${line}`)
  if (line !== word) return reportUsage(terminal, `Unknown command: ${line}`, word)
  terminal.printError(describeGroup(terminal, group))
  return exitCodes.usageError
}

/** A list of all commands would scroll the problem away. */
function reportUsage(terminal: Terminal, problem: string, words?: string): ExitCode {
  terminal.printError(printableLine(problem))
  terminal.printError(helpHint(terminal, words))
  return exitCodes.usageError
}
