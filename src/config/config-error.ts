/** A problem with one variable. The message continues after the variable's name and never contains its value. */
export interface ConfigProblem {
  readonly variable: string
  readonly message: string
}

/** Thrown if the configuration is invalid. It lists every problem, not just the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`)
    super(['The configuration is invalid:', ...lines].join('\n'))
    this.problems = problems
  }
}
