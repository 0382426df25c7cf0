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

/** Of all lists of an operation together: some tenth of a second of one core. */
const maxFields = 20_000
/** Of all `_entities` of an operation together. */
const maxReferences = 1000
/**
 * What a page counts as, besides its fields: each is a statement of its own, and its rows have been read before they are
 * counted. In milliseconds: some half of one for a statement, and a twentieth for a row.
 */
const pageWorth = { statement: 50, row: 4 } as const

/**
 * What the lists of one operation hold, counted in fields while they are resolved. A document of five hundred fields is
 * short; over a list of a thousand it is half a million, and a list inside of a list multiplies again.
 */
export class AnswerSize {
  readonly #worth = new WeakMap<readonly FieldNode[], number>()
  #fields = 0
  #references = 0
  #refused = false

  /** Counts references before they are resolved: as often as they are asked for, equal ones too. @throws as add does */
  addReferences(count: number, info: GraphQLResolveInfo): void {
    this.#references += count
    if (this.#references > maxReferences) {
      this.#refused = true
      throw new BadArgumentError(`One operation has at most ${maxReferences} representations.`)
    }
    this.add(count, info)
  }

  /**
   * Counts what a page may read at most, before it does. Inside of a list that has been counted with the list, for all of
   * its items. @throws as add does
   */
  addPage(args: ConnectionArguments, { path }: GraphQLResolveInfo): void {
    this.#count(isInList(path) ? 0 : worthOfRows(args.first ?? args.last))
  }

  /** Counts a list of so many items before they are answered. @throws BadArgumentError beyond what an operation may have */
  add(items: number, info: GraphQLResolveInfo): void {
    this.#count(items * (1 + this.#worthOf(info)))
  }

  /** What has once been too much stays so, lest the pages beside a refused one be read for nothing. */
  #count(worth: number): void {
    this.#refused ||= this.#fields + worth > maxFields
    if (this.#refused) {
      const message = `The lists of one operation hold at most ${maxFields} fields together: ask for fewer items, or for less of each.`
      throw new BadArgumentError(message)
    }
    this.#fields += worth
  }

  /** Once for a field: the executor hands the same nodes to each item of a list around it. */
  #worthOf(info: GraphQLResolveInfo): number {
    const known = this.#worth.get(info.fieldNodes)
    if (known !== undefined) return known
    const sets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    const worth = sets.reduce((sum, set) => sum + worthOfSet(set, info.returnType, info), 0)
    this.#worth.set(info.fieldNodes, worth)
    return worth
  }
}

export function isPage(type: GraphQLOutputType): boolean {
  return getNamedType(type).name.endsWith('Connection')
}

/** Fragments count wherever they are spread; a document is no larger than its limits allow with all of them expanded. */
function worthOfSet(set: SelectionSetNode, of: GraphQLOutputType, info: GraphQLResolveInfo): number {
  return set.selections.reduce((sum, selection) => {
    if (selection.kind === Kind.FIELD) return sum + worthOfField(selection, of, info)
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]
    if (fragment === undefined) return sum
    const condition = info.schema.getType(fragment.typeCondition?.name.value ?? '')
    const type = isObjectType(condition) || isInterfaceType(condition) ? condition : of
    return sum + worthOfSet(fragment.selectionSet, type, info)
  }, 0)
}

function worthOfField(field: FieldNode, of: GraphQLOutputType, info: GraphQLResolveInfo): number {
  const { name, selectionSet } = field
  const parent = getNamedType(of)
  const known = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name.value] : undefined
  if (known === undefined || selectionSet === undefined) return 1
  const own = isPage(known.type) ? 1 + worthOfPage(field, info) : 1
  return own + worthOfSet(selectionSet, known.type, info)
}

function worthOfPage({ arguments: given = [] }: FieldNode, { variableValues }: GraphQLResolveInfo): number {
  const sizeBy = (argument: string) => {
    const size = given.find(({ name }) => name.value === argument)?.value
    return size?.kind === Kind.VARIABLE ? variableValues[size.name.value] : numberIn(size)
  }
  return worthOfRows(sizeBy('first') ?? sizeBy('last'))
}

function worthOfRows(asked: unknown): number {
  const rows = typeof asked === 'number' ? Math.min(Math.max(asked, 0), maxPageSize) : defaultPageSize
  return pageWorth.statement + pageWorth.row * rows
}

function isInList(path: GraphQLResolveInfo['path'] | undefined): boolean {
  return path !== undefined && (typeof path.key === 'number' || isInList(path.prev))
}

function numberIn(node: ValueNode | undefined): number | null {
  return node?.kind === Kind.INT ? Number(node.value) : null
}
