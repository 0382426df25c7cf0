/** One environment variable, as Gatehouse reads it and docs/configuration.md shows it. */
export interface Variable {
  /** The value that applies if the variable is unset or empty. */
  readonly default?: string
  /** What applies instead, in words, if there is no fixed default. */
  readonly unset?: string
  readonly unit?: string
  readonly description: string
  /** A secret can also be read from the file that `<NAME>_FILE` names, and is never printed. */
  readonly secret?: true
}

/** The variables of one or several themes, by name. */
export type Variables = Readonly<Record<string, Variable>>

export type VariableName<V extends Variables> = keyof V & string

/** The variables that have a fixed default. */
export type DefaultedName<V extends Variables> = {
  [Name in VariableName<V>]: V[Name] extends { readonly default: string } ? Name : never
}[VariableName<V>]

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>
