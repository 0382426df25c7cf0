import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

const several = 'several'

/** Labels of operations that were executed before. Documents are cached, so an operation is one object. */
const labels = new WeakMap<OperationDefinitionNode, string>()

/**
 * The name of a valid operation for metrics and traces: its root field, without leading underscores, or `several`. It has as many
 * values as the schema has root fields, whatever clients send: the name of an operation is their text.
 */
export function operationLabel(document: DocumentNode, operationName: string | null): string {
  const operation = getOperationAST(document, operationName)
  if (operation === null || operation === undefined) return several
  const known = labels.get(operation)
  if (known !== undefined) return known
  const label = labelOf(operation, document)
  labels.set(operation, label)
  return label
}

/** The name of the operation in a document whose text the operator trusts. */
export function trustedLabel(document: DocumentNode, operationName: string | null): string {
  return getOperationAST(document, operationName)?.name?.value ?? operationLabel(document, operationName)
}

function labelOf({ selectionSet }: OperationDefinitionNode, document: DocumentNode): string {
  const fields = new Set<string>()
  addFields(fields, selectionSet, fragmentsOf(document))
  const [field, ...others] = fields
  return field === undefined || others.length > 0 ? several : field
}

function addFields(
  fields: Set<string>,
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) fields.add(selection.name.value.replace(/^_+/, ''))
    else if (selection.kind === Kind.INLINE_FRAGMENT) addFields(fields, selection.selectionSet, fragments)
    else {
      const fragment = fragments.get(selection.name.value)
      if (fragment !== undefined) addFields(fields, fragment.selectionSet, fragments)
    }
  }
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  )
}
