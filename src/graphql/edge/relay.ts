/** How connections look: Relay Cursor Connections with nothing nullable inside, and a description on every field. */
export const relayOptions = {
  cursorType: 'String',
  nodeQueryOptions: false,
  nodesQueryOptions: false,
  nodesOnConnection: { description: 'The items, for those who need no cursors.' },
  edgesFieldOptions: {
    description: 'The items with their cursors.',
    nullable: { list: false, items: false },
  },
  nodeFieldOptions: { description: 'The item.', nullable: false },
  cursorFieldOptions: { description: 'Where the item stands: for the arguments after and before.' },
  pageInfoFieldOptions: { description: 'Where the page lies.' },
  // Other subgraphs have a PageInfo of their own.
  pageInfoTypeOptions: {
    description: 'Where a page lies in its list (Relay Cursor Connections).',
    directives: { shareable: true },
  },
  hasNextPageFieldOptions: { description: 'Whether older items follow.' },
  hasPreviousPageFieldOptions: { description: 'Whether newer items come before.' },
  startCursorFieldOptions: { description: 'Of the first item; null on an empty page.' },
  endCursorFieldOptions: { description: 'Of the last item; null on an empty page.' },
  firstArgOptions: { description: 'So many from the newest on: 1 to 100, 20 unless told.' },
  afterArgOptions: { description: 'Only what is older than this cursor.' },
  lastArgOptions: { description: 'So many from the oldest on: 1 to 100.' },
  beforeArgOptions: { description: 'Only what is newer than this cursor.' },
} as const
