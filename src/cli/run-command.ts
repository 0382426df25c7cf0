import { type ExitCode, exitCodes, type Terminal } from './command.ts'
import { commands, describeCommands } from './commands.ts'

/** Runs what was typed: the command whose name the words begin with, with the words that follow as its arguments. */
export async function runCommand(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const typed = words.join(' ').replace(/^(-h|--help)$/, 'help')
  const command = commands.find(({ name }) => typed === name || typed.startsWith(`${name} `))
  if (command === undefined)
    return misuse(terminal, typed === '' ? 'Which command?' : `Unknown command: ${typed}`)
  const args = words.slice(command.name.split(' ').length)
  if (command.takes === null && args.length > 0)
    return misuse(terminal, `${command.name} takes no arguments.`)
  try {
    return await command.run(terminal, args)
  } catch (error) {
    terminal.complain(error instanceof Error ? error.message : 'Failed.')
    return exitCodes.failed
  }
}

function misuse(terminal: Terminal, reason: string): ExitCode {
  terminal.complain(`${reason}\n\n${describeCommands()}`)
  return exitCodes.misused
}
