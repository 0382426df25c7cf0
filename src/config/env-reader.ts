import { ConfigError, type ConfigProblem } from './config-error.ts'
import type { Rule } from './rules/rule.ts'
import type { DefaultedName, Environment, VariableName, Variables } from './variable.ts'

export interface EnvReaderDeps {
  readonly variables: Variables
  readonly env: Environment
  /** Returns the text of a file. @throws if the file cannot be read. */
  readonly readFile: (path: string) => string
}

/** Reads these variables. The reader of more variables can stand in for the reader of some of them. */
export type EnvReader<V extends Variables> = NamedEnvReader<VariableName<V>, DefaultedName<V>>

export function createEnvReader<V extends Variables>(
  deps: EnvReaderDeps & { readonly variables: V },
): EnvReader<V> {
  return new NamedEnvReader(deps)
}

/** Reads variables one by one and collects their problems, so that all are reported together. */
class NamedEnvReader<in Name extends string, in Defaulted extends string> {
  readonly #deps: EnvReaderDeps
  readonly #problems: ConfigProblem[] = []
  readonly #invalid = new Set<string>()

  constructor(deps: EnvReaderDeps) {
    this.#deps = deps
  }

  /** Returns the value of the variable, or the fallback if it is unset or invalid. An invalid value is a problem. */
  read<T>(name: Name, rule: Rule<T>, fallback: T): T {
    return this.#parse(name, this.#text(name), rule, fallback)
  }

  /** Like read, with the default of the variable as fallback. */
  readOrDefault<T>(name: Defaulted, rule: Rule<T>): T {
    return this.#parse(name, this.#text(name), rule, this.defaultOf(name, rule))
  }

  /** Returns the default of the variable, even if the variable is set. */
  defaultOf<T>(name: Defaulted, rule: Rule<T>): T {
    const text = this.#deps.variables[name]?.default
    const value = text === undefined ? null : rule.parse(text)
    if (value === null) throw new Error(`The default of ${name} breaks its own rule.`)
    return value
  }

  /** Like read, for the content of the file that the variable names. */
  readFile<T>(name: Name, rule: Rule<T>, fallback: T): T {
    const path = this.#text(name)
    const text = path === null ? null : this.#fileText(name, name, path)
    return this.#parse(name, text, rule, fallback)
  }

  /** Adds a problem of the first name unless the condition holds. Does nothing if one of the variables is invalid already. */
  check(names: readonly [Name, ...Name[]], condition: boolean, message: string): void {
    if (condition || names.some((name) => this.#invalid.has(name))) return
    this.#addProblem(names[0], names[0], message)
  }

  /** @throws ConfigError with every problem so far, if there is one. */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems)
  }

  #parse<T>(name: string, text: string | null, rule: Rule<T>, fallback: T): T {
    if (text === null) return fallback
    const value = rule.parse(text)
    if (value !== null) return value
    this.#addProblem(name, name, `must be ${rule.expected}.`)
    return fallback
  }

  #text(name: string): string | null {
    const text = this.#deps.env[name] || null
    const fileName = `${name}_FILE`
    const path = this.#deps.variables[name]?.secret === true ? this.#deps.env[fileName] || null : null
    if (path === null) return text
    if (text !== null) {
      this.#addProblem(name, name, `and ${fileName} are both set; set only one of them.`)
      return null
    }
    return this.#fileText(name, fileName, path)
  }

  #fileText(name: string, fileName: string, path: string): string | null {
    try {
      const text = this.#deps.readFile(path).replace(/\r?\n$/, '')
      if (text !== '') return text
      this.#addProblem(name, fileName, 'must be the path of a file that is not empty.')
    } catch {
      this.#addProblem(name, fileName, 'must be the path of a readable file.')
    }
    return null
  }

  #addProblem(name: string, variable: string, message: string): void {
    this.#invalid.add(name)
    this.#problems.push({ variable, message })
  }
}
