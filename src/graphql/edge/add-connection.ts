import type { InputFieldMap, InputShapeFromFields, ObjectRef } from '@pothos/core'
import type { StorePage } from '../../lib/collections/store-page.ts'
import type { QueryCall, QueryOptions } from './add-query.ts'
import type { Builder, BuilderTypes } from './builder.ts'
import { type Found, findPage, type Row } from './cursors.ts'

/** The types `<Name>Connection` and `<Name>Edge` of an object type. `noun` names one item in their descriptions. */
export function addPageTypes<Item extends Row>(
  builder: Builder,
  { node, noun }: { readonly node: ObjectRef<BuilderTypes, Item>; readonly noun: string },
) {
  const edge = builder.edgeObject({
    type: node,
    name: `${node.name}Edge`,
    description: `One ${noun} of a page, with its cursor.`,
  })
  const connection = builder.connectionObject(
    {
      type: node,
      name: `${node.name}Connection`,
      description: `A page of ${noun}s, newest first (Relay Cursor Connections).`,
    },
    edge,
  )
  return { node, edge, connection }
}

type PageTypes<Item extends Row> = ReturnType<typeof addPageTypes<Item>>

export interface ConnectionOptions<Item extends Row, Args extends InputFieldMap, Caller>
  extends Omit<QueryOptions<ObjectRef<BuilderTypes, Item>, Args, Caller>, 'type' | 'postOnly' | 'resolve'> {
  readonly page: PageTypes<Item>
  /**
   * Finds the items of a page. `args` are those of the options: `page` is the page that the cursors and sizes request.
   */
  readonly find: (call: ConnectionCall<InputShapeFromFields<Args>, Caller>) => Promise<Found<Item>>
}

interface ConnectionCall<Args, Caller> extends QueryCall<Args, Caller> {
  readonly page: StorePage
}

/** Adds a query that returns a Relay connection, with its arguments first, after, last and before. */
export function addConnection<Item extends Row, Caller, Args extends InputFieldMap = Record<never, never>>(
  builder: Builder,
  options: ConnectionOptions<Item, Args, Caller>,
): void
export function addConnection(
  builder: Builder,
  options: ConnectionOptions<Row, InputFieldMap, unknown>,
): void {
  const { name, description, page: types, args, access, limit, find } = options
  builder.queryField(name, (t) =>
    t.connection(
      {
        type: types.node,
        nullable: true,
        description,
        args: args?.(t.arg) ?? {},
        authScopes: access.query.authScopes,
        rateLimit: limit,
        resolve: (_root, args, context) => {
          const viewer = access.query.viewerOf(context)
          return findPage(args, (page) => find({ args, page, viewer, context }))
        },
      },
      types.connection,
      types.edge,
    ),
  )
}
