import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Cost of a document, with its fragments expanded. */
export interface DocumentCost {
  readonly depth: number
  /** Depth below `__schema` and `__type`; it has its own limit, since introspection queries are deep. */
  readonly introspectionDepth: number
  readonly fields: number
  readonly aliases: number
  readonly directives: number
}

const zeroCost: DocumentCost = { depth: 0, introspectionDepth: 0, fields: 0, aliases: 0, directives: 0 }
const introspectionFields: ReadonlySet<string> = new Set(['__schema', '__type'])

/**
 * Measures a document and walks each fragment once: its cost is added wherever it is spread, so that the work grows with
 * the text and not with the expanded document. A fragment that contains itself counts as empty inside itself; validation
 * refuses it.
 */
export class DocumentMeter {
  readonly #fragments = new Map<string, FragmentDefinitionNode>()
  readonly #costs = new Map<string, DocumentCost>()
  readonly #document: DocumentNode

  constructor(document: DocumentNode) {
    this.#document = document
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition)
    }
  }

  get operations(): readonly OperationDefinitionNode[] {
    return this.#document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  }

  /** The maximum of each measure over all operations and all single fragments. */
  worstCost(): DocumentCost {
    let worst = zeroCost
    for (const operation of this.operations) worst = maximum(worst, this.#costOfOperation(operation))
    for (const [name, { typeCondition }] of this.#fragments) {
      const cost = this.#costOfFragment(name)
      const introspective = typeCondition.name.value.startsWith('__')
      worst = maximum(worst, introspective ? { ...cost, depth: 1, introspectionDepth: cost.depth } : cost)
    }
    return worst
  }

  /** How many of these root fields an operation runs, including aliased and spread ones. */
  countRootFields(operation: OperationDefinitionNode, names: ReadonlySet<string>): number {
    return this.#countRootFields(operation.selectionSet, names, new Map())
  }

  #countRootFields(set: SelectionSetNode, names: ReadonlySet<string>, counted: Map<string, number>): number {
    let count = 0
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) count += names.has(selection.name.value) ? 1 : 0
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        count += this.#countRootFields(selection.selectionSet, names, counted)
      } else {
        const name = selection.name.value
        const fragment = this.#fragments.get(name)
        if (fragment === undefined) continue
        const known = counted.get(name)
        if (known === undefined) counted.set(name, 0)
        const found = known ?? this.#countRootFields(fragment.selectionSet, names, counted)
        counted.set(name, found)
        count += found
      }
    }
    return count
  }

  #costOfOperation(operation: OperationDefinitionNode): DocumentCost {
    const own = [operation, ...(operation.variableDefinitions ?? [])]
    const directives = own.reduce((sum, node) => sum + (node.directives?.length ?? 0), 0)
    return sum({ ...zeroCost, directives }, this.#costOf(operation.selectionSet))
  }

  #costOfFragment(name: string): DocumentCost {
    const known = this.#costs.get(name)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    this.#costs.set(name, zeroCost)
    if (fragment === undefined) return zeroCost
    const own = { ...zeroCost, directives: fragment.directives?.length ?? 0 }
    const cost = sum(own, this.#costOf(fragment.selectionSet))
    this.#costs.set(name, cost)
    return cost
  }

  #costOf(set: SelectionSetNode): DocumentCost {
    let total = zeroCost
    for (const selection of set.selections) {
      let cost = zeroCost
      if (selection.kind === Kind.FRAGMENT_SPREAD) cost = this.#costOfFragment(selection.name.value)
      else if (selection.selectionSet !== undefined) cost = this.#costOf(selection.selectionSet)
      if (selection.kind === Kind.FIELD) {
        cost = asField(cost, selection.name.value, selection.alias !== undefined)
      }
      const directives = selection.directives?.length ?? 0
      total = sum(total, directives === 0 ? cost : { ...cost, directives: cost.directives + directives })
    }
    return total
  }
}

function asField(inner: DocumentCost, name: string, aliased: boolean): DocumentCost {
  const introspective = introspectionFields.has(name)
  return {
    depth: introspective ? 1 : inner.depth + 1,
    introspectionDepth: introspective
      ? Math.max(inner.depth, inner.introspectionDepth)
      : inner.introspectionDepth,
    fields: inner.fields + 1,
    aliases: inner.aliases + (aliased ? 1 : 0),
    directives: inner.directives,
  }
}

function sum(left: DocumentCost, right: DocumentCost): DocumentCost {
  return {
    depth: Math.max(left.depth, right.depth),
    introspectionDepth: Math.max(left.introspectionDepth, right.introspectionDepth),
    fields: left.fields + right.fields,
    aliases: left.aliases + right.aliases,
    directives: left.directives + right.directives,
  }
}

function maximum(left: DocumentCost, right: DocumentCost): DocumentCost {
  return {
    depth: Math.max(left.depth, right.depth),
    introspectionDepth: Math.max(left.introspectionDepth, right.introspectionDepth),
    fields: Math.max(left.fields, right.fields),
    aliases: Math.max(left.aliases, right.aliases),
    directives: Math.max(left.directives, right.directives),
  }
}
