import type { Permission } from '../../domain/access/permissions.ts'
import type { UserViewer, Viewer } from '../../domain/access/viewer.ts'
import type { GatehouseSchemaTypes } from './builder.ts'
import {
  actingUserWith,
  actingViewerOf,
  actingWith,
  type GraphqlContext,
  permittedViewerOf,
  viewerOf,
} from './context.ts'

type AuthScopes = GatehouseSchemaTypes['AuthScopes']

/** An auth scope, and the viewer that it has checked. */
interface Admission<Caller> {
  readonly authScopes: { readonly [Scope in keyof AuthScopes]?: AuthScopes[Scope] }
  readonly viewerOf: (context: GraphqlContext) => Caller
}

/** Who may call a query. `Caller` is the viewer that its resolver gets. */
export interface QueryAccess<Caller> {
  readonly query: Admission<Caller>
}

/** Who may call a mutation. If the session is in cookies, x-csrf-token is required as well. */
export interface MutationAccess<Caller> {
  readonly mutation: Admission<Caller>
}

type Access<Caller> = QueryAccess<Caller> & MutationAccess<Caller>

const open: Admission<Viewer | null> = {
  authScopes: { anyone: true },
  viewerOf: ({ authentication }) => authentication.viewer,
}

/** Every request, with or without credentials. */
export const anyone: Access<Viewer | null> = { query: open, mutation: open }

/** Signed-in users; no API key. */
export const signedIn: Access<UserViewer> = {
  query: { authScopes: { signedIn: true }, viewerOf },
  mutation: { authScopes: { acting: true }, viewerOf: actingViewerOf },
}

/** Users and API keys that have the permission. */
export function permitted(permission: Permission): Access<Viewer> {
  return {
    query: {
      authScopes: { permission },
      viewerOf: (context) => permittedViewerOf(context, permission),
    },
    mutation: {
      authScopes: { actingWith: permission },
      viewerOf: (context) => actingWith(context, permission),
    },
  }
}

/** Signed-in users that have the permission; no API key, because the mutation grants power. */
export function permittedUser(permission: Permission): MutationAccess<UserViewer> {
  return {
    mutation: {
      authScopes: { actingUserWith: permission },
      viewerOf: (context) => actingUserWith(context, permission),
    },
  }
}

/** Users and API keys that have the permission; in development every request. */
export function permittedUnlessDeveloping(permission: Permission): QueryAccess<Viewer | null> {
  return { query: { authScopes: { permissionUnlessDeveloping: permission }, viewerOf: open.viewerOf } }
}
