/** The exit codes of the command line. */
export const exitCodes = { success: 0, failure: 1, usageError: 2, interrupted: 130 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The environment and the output of the process that runs a command. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Prints one line of the result. */
  print(line: string): void
  /** Prints one line about a problem. */
  printError(line: string): void
  /** Prints one line to standard error that is no problem, such as which database is used. Absent if no one reads it. */
  readonly printNote?: (line: string) => void
  /** Whether the result is to be printed as one JSON object, for programs. */
  readonly json?: boolean
  /** How the user runs commands, for texts that name one. Defaults to `gatehouse`. */
  readonly program?: string
  /** Asks a question that `yes` answers. Absent if no one can answer. */
  readonly confirm?: (question: string) => Promise<boolean>
  /** Shows the state of a long command on one line, which the next call replaces. Absent without a terminal. */
  readonly showProgress?: (line: string) => void
  /**
   * From now on the first Ctrl-C aborts the signal, and the command ends after its current step; a second one ends the process.
   * Absent if no one can interrupt it.
   */
  readonly onInterrupt?: () => AbortSignal
}

/** A command for operators. */
export interface Command {
  /** The words that select it, for example `config check`. */
  readonly name: string
  /** Its arguments, as the help shows them; `null` if it takes none. */
  readonly parameters: string | null
  readonly description: string
  /** Whether it has the option --json. */
  readonly json?: true
  /** The exit codes and what they mean, if they are not those of `exitCodes`. */
  readonly exits?: readonly string[]
  /** Whether Ctrl-C ends it between two steps. */
  readonly interruptible?: true
  /** Whether it runs without the variables of ENV_FILE and `.env`. */
  readonly readsNoEnvFile?: true
  /** Null: the process goes on. @throws ConfigError, or any other error; the message is printed */
  run(terminal: Terminal, args: readonly string[]): Promise<ExitCode | null>
}
