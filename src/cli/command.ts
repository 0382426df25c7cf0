/** How a command ends; what a shell sees. */
export const exitCodes = { done: 0, failed: 1, misused: 2 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What a command has of the process that runs it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** One line of the result. */
  print(line: string): void
  /** One line about what went wrong. */
  complain(line: string): void
}

/** One thing that an operator can do. */
export interface Command {
  /** What is typed, for example `config check`. */
  readonly name: string
  /** The arguments that follow, as the help shows them; null where there are none. */
  readonly takes: string | null
  readonly sentence: string
  /** @throws ConfigError, or whatever made it fail; its message is shown */
  run(terminal: Terminal, args: readonly string[]): Promise<ExitCode>
}
