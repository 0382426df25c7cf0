import { type ParseArgsConfig, parseArgs } from 'node:util'
import { InvalidInputProblem, Problem } from '../domain/problems.ts'
import { errorText } from '../lib/text/error-text.ts'
import { type Command, type ExitCode, exitCodes, type Terminal } from './command.ts'
import { printableLine } from './printable.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: O }>
>['values']

/** What was given to a command: its options, and the other words. */
interface Given<O extends Options> {
  readonly values: Values<O>
  readonly words: readonly string[]
}

interface Declaration<O extends Options> extends Omit<Command, 'run'> {
  readonly options: O
  /** How many words it takes besides the options: at least, and at most. */
  readonly words: readonly [min: number, max: number]
  run(terminal: Terminal, given: Given<O>): Promise<ExitCode>
}

/** The arguments of a command cannot be what was meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A command with options. Prints its usage if they are wrong, and one line for each problem that it throws. */
export function defineCommand<const O extends Options>(declaration: Declaration<O>): Command {
  const { options, words: bounds, run, ...command } = declaration
  return {
    ...command,
    async run(terminal, args) {
      try {
        return await run(terminal, readArguments(args, options, bounds))
      } catch (error) {
        if (error instanceof UsageError) return reportUsage(terminal, command, error.message)
        if (error instanceof Problem) return reportProblem(terminal, error)
        throw error
      }
    },
  }
}

function readArguments<const O extends Options>(
  args: readonly string[],
  options: O,
  [min, max]: readonly [number, number],
): Given<O> {
  const { values, positionals: words } = parseWords(args, options)
  if (words.length < min) throw new UsageError('An argument is missing.')
  if (words.length > max) throw new UsageError(`Unexpected argument: ${words[max]}`)
  return { values, words }
}

function parseWords<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    throw new UsageError(errorText(error).split('\n')[0])
  }
}

/** Prints what is wrong with the arguments of a command, and how it is used. */
export function reportUsage(
  terminal: Pick<Terminal, 'printError' | 'program'>,
  { name, parameters }: Pick<Command, 'name' | 'parameters'>,
  problem: string,
): ExitCode {
  terminal.printError(printableLine(problem))
  if (parameters !== null) terminal.printError(`Usage: ${name} ${parameters}`)
  terminal.printError(helpHint(terminal, name))
  return exitCodes.usageError
}

/** Names the command that prints the help: of all commands, or of those that begin with some words. */
export function helpHint({ program = 'gatehouse' }: Pick<Terminal, 'program'>, words?: string): string {
  return words === undefined
    ? `Run ${program} --help for the list of commands.`
    : `Run ${program} ${words} --help for more.`
}

/** Prints why a change was refused: one line for each mistake. */
export function reportProblem(terminal: Pick<Terminal, 'printError'>, problem: Problem): ExitCode {
  const lines =
    problem instanceof InvalidInputProblem
      ? problem.issues.map(({ path, code, message }) =>
          [path.join('.'), code, message].filter(Boolean).join(' '),
        )
      : [problem.message]
  for (const line of lines) terminal.printError(printableLine(line))
  return exitCodes.failure
}
/** A whole number within bounds. @throws UsageError */
export function readNumber(
  option: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UsageError(`--${option} must be a whole number from ${min} to ${max}.`)
}

/**
 * Asks whether to go on, unless `yes` was given. Prints why not if the answer is no, or no one can answer.
 * The question says what will happen.
 */
export async function isConfirmed(
  { confirm, printError }: Pick<Terminal, 'confirm' | 'printError'>,
  question: string,
  yes: boolean,
): Promise<boolean> {
  if (yes) return true
  if (confirm === undefined) {
    printError(`${printableLine(question)} Add --yes to confirm it without a terminal.`)
    return false
  }
  if (await confirm(question)) return true
  printError('Nothing was changed.')
  return false
}
