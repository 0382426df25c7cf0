import { ConfigError, type ConfigProblem } from './config-error.ts'
import { type DefaultedName, type Environment, type Variable, type VariableName, variables } from './env.ts'
import type { Rule } from './rules.ts'

export interface EnvReaderDeps {
  readonly env: Environment
  /** The text of a file; throws when it cannot be read. */
  readonly readSecretFile: (path: string) => string
}

/** Reads variables one by one and gathers what is wrong with them, to be told all at once. */
export class EnvReader {
  readonly #deps: EnvReaderDeps
  readonly #problems: ConfigProblem[] = []
  readonly #refused = new Set<VariableName>()

  constructor(deps: EnvReaderDeps) {
    this.#deps = deps
  }

  /** The value of the variable; where it is unset, or wrong and noted as a problem, what stands in for it. */
  read<T>(name: VariableName, rule: Rule<T>, otherwise: T): T {
    const text = this.#text(name)
    if (text === null) return otherwise
    const value = rule.parse(text)
    if (value !== null) return value
    this.#refuse(name, name, `wants ${rule.wants}.`)
    return otherwise
  }

  /** Like read, with the default that the table gives. */
  readOrDefault<T>(name: DefaultedName, rule: Rule<T>): T {
    return this.read(name, rule, this.byDefault(name, rule))
  }

  /** The default that the table gives, whatever is set. */
  byDefault<T>(name: DefaultedName, rule: Rule<T>): T {
    const value = rule.parse(variables[name].default)
    if (value === null) throw new Error(`The default of ${name} breaks its own rule.`)
    return value
  }

  /** Notes a problem of the first name unless the rule between these variables holds, or one of them is wrong already. */
  check(names: readonly [VariableName, ...VariableName[]], holds: boolean, sentence: string): void {
    if (holds || names.some((name) => this.#refused.has(name))) return
    this.#refuse(names[0], names[0], sentence)
  }

  /** The value of the file that a variable names; where it is unset, or wrong and noted as a problem, what stands in for it. */
  readFile<T>(name: VariableName, rule: Rule<T>, otherwise: T): T {
    const path = this.#text(name)
    const text = path === null ? null : this.#file(name, name, path)
    if (text === null) return otherwise
    const value = rule.parse(text)
    if (value !== null) return value
    this.#refuse(name, name, `wants ${rule.wants}.`)
    return otherwise
  }

  /** @throws ConfigError with every problem noted so far, if any. */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems)
  }

  #text(name: VariableName): string | null {
    const variable: Variable = variables[name]
    const text = this.#deps.env[name] || null
    const fileName = `${name}_FILE`
    const path = variable.secret === true ? this.#deps.env[fileName] || null : null
    if (path === null) return text
    if (text !== null) {
      this.#refuse(name, name, `and ${fileName} are both set: one of them is wanted.`)
      return null
    }
    return this.#file(name, fileName, path)
  }

  #file(name: VariableName, fileName: string, path: string): string | null {
    try {
      const text = this.#deps.readSecretFile(path).replace(/\r?\n$/, '')
      if (text !== '') return text
      this.#refuse(name, fileName, 'wants a file that is not empty.')
    } catch {
      this.#refuse(name, fileName, 'wants a file that can be read.')
    }
    return null
  }

  #refuse(name: VariableName, variable: string, sentence: string): void {
    this.#refused.add(name)
    this.#problems.push({ variable, sentence })
  }
}
