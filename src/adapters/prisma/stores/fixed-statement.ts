import { Prisma } from '../generated/client.ts'

/** What the driver sends as one parameter. */
type Parameter = string | number | bigint | boolean | Date | Uint8Array | readonly unknown[] | null

/** Names of values: `a`, or `a.b` for a member of a group of values. */
export type ValueName<Values> = {
  [Name in keyof Values & string]: Values[Name] extends Parameter
    ? Name
    : `${Name}.${keyof NonNullable<Values[Name]> & string}`
}[keyof Values & string]

/** Stands for a value that differs from one execution to the next. */
class Placeholder {
  readonly name: string
  readonly #group: string
  readonly #member: string | undefined

  constructor(name: string) {
    this.name = name
    const [group = name, member] = name.split('.')
    this.#group = group
    this.#member = member
  }

  /** Undefined if it is missing. */
  valueIn(values: object): unknown {
    const group: unknown = Reflect.get(values, this.#group)
    if (this.#member === undefined) return group
    return group instanceof Object ? Reflect.get(group, this.#member) : undefined
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
  constructor(compose: (value: (name: ValueName<Values>) => Prisma.Sql) => Prisma.Sql) {
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
      const value = parameter.valueIn(values)
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
