/** What is wrong with one variable: a sentence that starts after its name and never quotes its value. */
export interface ConfigProblem {
  readonly variable: string
  readonly sentence: string
}

/** Thrown when the configuration cannot be used. It lists every problem, not just the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, sentence }) => `  ${variable} ${sentence}`)
    super(['The configuration cannot be used:', ...lines].join('\n'))
    this.problems = problems
  }
}
