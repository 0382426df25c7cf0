import type { GraphqlContext } from '../context.ts'

/** A type that other subgraphs refer to by a key (Apollo Federation, subgraph specification). */
export interface Entity {
  /** Name of the object type. */
  readonly name: string
  /** The fields of the key, for `@key(fields:)`. */
  readonly key: string
  /**
   * Finds what a reference names; null if there is nothing. A reference is input of an unknown caller. The references of one
   * call are resolved together, so that a loader finds them in one statement.
   */
  resolveReference(reference: object, context: GraphqlContext): Promise<object | null>
}
