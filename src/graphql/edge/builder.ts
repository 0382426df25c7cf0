import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { Permission } from '../../domain/access/permissions.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import AccessPlugin from './access-plugin.ts'
import {
  actingUserWith,
  actingViewerOf,
  actingWith,
  type GraphqlContext,
  permittedViewerOf,
  viewerOf,
} from './context.ts'
import { fieldCharging } from './field-charging.ts'
import RateLimitPlugin from './rate-limit-plugin.ts'
import { relayOptions } from './relay.ts'
import { mayReadPersonal } from './visibility.ts'

export interface GatehouseSchemaTypes {
  Context: GraphqlContext
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  /** Counts the whole list of a connection that has a totalCount, if the operation selects it. */
  Connection: { countAll?: () => Promise<number | null> }
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    JSONObject: { Input: JsonObject; Output: JsonObject }
  }
  AuthScopes: {
    /** Every request, with or without credentials. */
    anyone: boolean
    /** Signed-in users. */
    signedIn: boolean
    /** For mutations: signed-in users. If the session is in cookies, x-csrf-token must prove that the page is trusted. */
    acting: boolean
    /** For queries: users and API keys with the permission. */
    permission: Permission
    /** For queries: the same, and in development every request. */
    permissionUnlessDeveloping: Permission
    /** For mutations: users and API keys with the permission, with the CSRF rule of `acting`. */
    actingWith: Permission
    /** For mutations: the same, without API keys. */
    actingUserWith: Permission
    /** For fields of a user: that user, or viewers who may read users. */
    personal: User
  }
}

/**
 * Creates the builder that every type of the API is made with; it knows none of them. The order of the plugins matters:
 * ErrorsPlugin precedes ScopeAuthPlugin, so that a denial can be a member of a union.
 */
export function createBuilder() {
  const builder = new SchemaBuilder<GatehouseSchemaTypes>({
    plugins: [ErrorsPlugin, RateLimitPlugin, ScopeAuthPlugin, RelayPlugin, AccessPlugin],
    defaultFieldNullability: false,
    scopeAuth: {
      // A scope that refuses throws its own error, which the response then contains.
      treatErrorsAsUnauthorized: false,
      // Scopes are checked once, when the subscription begins, and not for each event.
      authorizeOnSubscribe: true,
      authScopes: (context) => ({
        anyone: true,
        signedIn: () => viewerOf(context) !== null,
        acting: () => actingViewerOf(context) !== null,
        permission: (permission) => permittedViewerOf(context, permission) !== null,
        permissionUnlessDeveloping: (permission) =>
          context.setting.development || permittedViewerOf(context, permission) !== null,
        actingWith: (permission) => actingWith(context, permission) !== null,
        actingUserWith: (permission) => actingUserWith(context, permission) !== null,
        personal: (user) => mayReadPersonal(context, user),
      }),
    },
    rateLimit: fieldCharging,
    relay: relayOptions,
  })
  builder.queryType({ description: 'Reads data. Queries have no side effects.' })
  builder.mutationType({
    description:
      'Changes data. Each mutation returns a union of its success and of the problems that callers must expect.',
  })
  builder.subscriptionType({
    description: 'Streams events over Server-Sent Events (graphql-sse, distinct connections mode).',
  })
  return builder
}

export type Builder = ReturnType<typeof createBuilder>
/** The builder's types, with the defaults of Pothos filled in. */
export type BuilderTypes = PothosSchemaTypes.ExtendDefaultTypes<GatehouseSchemaTypes>
