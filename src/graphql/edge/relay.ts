/** The shape of connections: Relay Cursor Connections whose fields are not nullable, with a description of every field. */
export const relayOptions = {
  cursorType: 'String',
  nodeQueryOptions: false,
  nodesQueryOptions: false,
  nodesOnConnection: { description: 'The items of the page, without cursors.' },
  edgesFieldOptions: {
    description: 'The items of the page, each with its cursor.',
    nullable: { list: false, items: false },
  },
  nodeFieldOptions: { description: 'The item.', nullable: false },
  cursorFieldOptions: {
    description: 'Opaque position of the item, for the arguments `after` and `before`.',
  },
  pageInfoFieldOptions: { description: 'Pagination information.' },
  // Other subgraphs have a type PageInfo as well.
  pageInfoTypeOptions: {
    description: 'Pagination information of a connection (Relay Cursor Connections).',
    extensions: { directives: [{ name: 'shareable' }] },
  },
  hasNextPageFieldOptions: { description: 'Whether older items follow.' },
  hasPreviousPageFieldOptions: { description: 'Whether newer items precede.' },
  startCursorFieldOptions: { description: 'Cursor of the first item. Null on an empty page.' },
  endCursorFieldOptions: { description: 'Cursor of the last item. Null on an empty page.' },
  firstArgOptions: {
    description: 'Maximum number of items, counted from the newest: 1 to 100. Defaults to 20.',
  },
  afterArgOptions: { description: 'Returns only items that are older than this cursor.' },
  lastArgOptions: {
    description: 'Maximum number of items, counted from the oldest: 1 to 100. Not together with `first`.',
  },
  beforeArgOptions: { description: 'Returns only items that are newer than this cursor.' },
} as const
