import {
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { BadArgumentError } from '../../domain/refusals.ts'
import { type ConnectionArguments, defaultPageSize, maxPageSize } from './cursors.ts'

/** Maximum number of fields in all lists of an operation together: about a tenth of a second of one core. */
const maxFields = 20_000
/** Maximum number of representations in all `_entities` fields of an operation together. */
const maxReferences = 1000
/**
 * Cost of a page, in fields, in addition to its fields: a page is a statement of its own, and its rows are read before
 * they are counted. A statement takes about 0.5 ms and a row about 0.05 ms.
 */
const pageCost = { statement: 50, row: 4 } as const

/**
 * Size of the lists of one operation, counted in fields while they are resolved. A document of five hundred fields is
 * short; for a list of a thousand items it is half a million fields, and a list inside a list multiplies again.
 */
export class AnswerSize {
  readonly #costs = new WeakMap<readonly FieldNode[], number>()
  #fields = 0
  #references = 0
  #refused = false

  /** Counts references before they are resolved, including equal ones. @throws as add does */
  addReferences(count: number, info: GraphQLResolveInfo): void {
    this.#references += count
    if (this.#references > maxReferences) {
      this.#refused = true
      throw new BadArgumentError(`An operation can have at most ${maxReferences} representations.`)
    }
    this.add(count, info)
  }

  /**
   * Counts the maximum that a page can read, before it is read. A page inside a list was already counted with that list,
   * for all of its items. @throws as add does
   */
  addPage(args: ConnectionArguments, { path }: GraphQLResolveInfo): void {
    this.#count(isInList(path) ? 0 : costOfRows(args.first ?? args.last))
  }

  /** Counts the items of a list before they are resolved. @throws BadArgumentError beyond the maximum of an operation */
  add(items: number, info: GraphQLResolveInfo): void {
    this.#count(items * (1 + this.#costOf(info)))
  }

  /** Once the maximum is exceeded, all further lists are refused, so that no page is read for a refused operation. */
  #count(cost: number): void {
    this.#refused ||= this.#fields + cost > maxFields
    if (this.#refused) {
      const message = `The lists of an operation can have at most ${maxFields} fields together. Request fewer items, or fewer fields of each.`
      throw new BadArgumentError(message)
    }
    this.#fields += cost
  }

  /** Computed once per field: the executor passes the same nodes for each item of a surrounding list. */
  #costOf(info: GraphQLResolveInfo): number {
    const known = this.#costs.get(info.fieldNodes)
    if (known !== undefined) return known
    const sets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    const cost = sets.reduce((sum, set) => sum + costOfSet(set, info.returnType, info), 0)
    this.#costs.set(info.fieldNodes, cost)
    return cost
  }
}

export function isPage(type: GraphQLOutputType): boolean {
  return getNamedType(type).name.endsWith('Connection')
}

/** Fragments count wherever they are spread. The limits of a document apply with all fragments expanded. */
function costOfSet(set: SelectionSetNode, parent: GraphQLOutputType, info: GraphQLResolveInfo): number {
  return set.selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + costOfField(selection, parent, info)
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]
    if (fragment === undefined) return sum
    const condition = info.schema.getType(fragment.typeCondition?.name.value ?? '')
    const type = isObjectType(condition) || isInterfaceType(condition) ? condition : parent
    return sum + costOfSet(fragment.selectionSet, type, info)
  }, 0)
}

function costOfField(field: FieldNode, parent: GraphQLOutputType, info: GraphQLResolveInfo): number {
  const { name, selectionSet } = field
  const type = getNamedType(parent)
  const known = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined
  if (known === undefined || selectionSet === undefined) return 1
  const own = isPage(known.type) ? 1 + costOfPage(field, info) : 1
  return own + costOfSet(selectionSet, known.type, info)
}

function costOfPage({ arguments: given = [] }: FieldNode, { variableValues }: GraphQLResolveInfo): number {
  const sizeBy = (argument: string) => {
    const size = given.find(({ name }) => name.value === argument)?.value
    return size?.kind === Kind.VARIABLE ? variableValues[size.name.value] : integerOf(size)
  }
  return costOfRows(sizeBy('first') ?? sizeBy('last'))
}

function costOfRows(size: unknown): number {
  const rows = typeof size === 'number' ? Math.min(Math.max(size, 0), maxPageSize) : defaultPageSize
  return pageCost.statement + pageCost.row * rows
}

function isInList(path: GraphQLResolveInfo['path'] | undefined): boolean {
  return path !== undefined && (typeof path.key === 'number' || isInList(path.prev))
}

function integerOf(node: ValueNode | undefined): number | null {
  return node?.kind === Kind.INT ? Number(node.value) : null
}
