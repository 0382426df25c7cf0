import { Prisma } from '../generated/client.ts'

/** Stands for a value that differs from one execution to the next. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** A fixed statement with the values of one execution. */
export interface FilledStatement {
  readonly text: string
  readonly values: unknown[]
  /** The same for Prisma, which sends a value once for each place in the text. */
  toSql(): Prisma.Sql
}

/**
 * A statement of a frequent operation whose text is composed once. Each value is sent once, in however many places of the
 * text it occurs; all places must agree on its type.
 */
export class FixedStatement<Values extends object> {
  readonly #template: Prisma.Sql
  readonly #text: string
  /** What $1, $2, … stand for: placeholders, and constants of the statement. */
  readonly #parameters: readonly unknown[]

  /** @param compose Composes the statement. Its argument returns the expression of a value. */
  constructor(compose: (value: (name: keyof Values & string) => Prisma.Sql) => Prisma.Sql) {
    const placeholders = new Map<string, Placeholder>()
    this.#template = compose((name) => {
      const placeholder = placeholders.get(name) ?? new Placeholder(name)
      placeholders.set(name, placeholder)
      return Prisma.sql`${placeholder}`
    })
    const { strings, values } = this.#template
    const parameters: unknown[] = []
    let text = strings[0] ?? ''
    for (const [index, value] of values.entries()) {
      const known = value instanceof Placeholder ? parameters.indexOf(value) : -1
      const number = known === -1 ? parameters.push(value) : known + 1
      text += `$${number}${strings[index + 1]}`
    }
    this.#text = text
    this.#parameters = parameters
  }

  fill(values: Values): FilledStatement {
    const fillIn = (parameter: unknown): unknown => {
      if (!(parameter instanceof Placeholder)) return parameter
      const value: unknown = Reflect.get(values, parameter.name)
      // The driver would send it as NULL.
      if (value === undefined) throw new Error(`The statement has no value for ${parameter.name}.`)
      return value
    }
    return {
      text: this.#text,
      values: this.#parameters.map(fillIn),
      toSql: () => new Prisma.Sql(this.#template.strings, this.#template.values.map(fillIn)),
    }
  }
}
