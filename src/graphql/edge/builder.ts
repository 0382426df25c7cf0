import SchemaBuilder from '@pothos/core'
import DirectivesPlugin from '@pothos/plugin-directives'
import ErrorsPlugin from '@pothos/plugin-errors'
import FederationPlugin from '@pothos/plugin-federation'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { Permission } from '../../domain/access/permissions.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject } from '../../lib/json.ts'
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
  /** Besides the page itself, a connection with a totalCount knows how to count the whole list, if somebody asks. */
  Connection: { countAll?: () => Promise<number | null> }
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    JSONObject: { Input: JsonObject; Output: JsonObject }
  }
  /** What `@requiresScopes` can name: the words of the token's `scope`. */
  FederationScopes: Permission
  AuthScopes: {
    /** Everybody, with or without credentials. */
    anyone: boolean
    /** Somebody who is signed in. */
    signedIn: boolean
    /** Somebody who is signed in and, with cookies, proves by x-csrf-token that the page is ours: for mutations. */
    acting: boolean
    /** Somebody whose role grants the permission: for queries. */
    permission: Permission
    /** The same; in development everybody. */
    permissionUnlessDeveloping: Permission
    /** The same for mutations, with the rule of `acting`. */
    actingWith: Permission
    /** The same, but no API key. */
    actingUserWith: Permission
    /** The user whose field it is, or somebody who may read users. */
    personal: User
  }
}

/**
 * Creates the builder that every type of the API is made with; it knows none of them. The order of the plugins matters:
 * ErrorsPlugin precedes ScopeAuthPlugin, so that a denial can be a member of a union; AccessPlugin is last, because Pothos
 * applies plugins from last to first and the other two merge the directives that it derives. Without DirectivesPlugin,
 * `@key` disappears from the SDL and no error reports it.
 */
export function createBuilder() {
  const builder = new SchemaBuilder<GatehouseSchemaTypes>({
    plugins: [
      ErrorsPlugin,
      RateLimitPlugin,
      ScopeAuthPlugin,
      RelayPlugin,
      DirectivesPlugin,
      FederationPlugin,
      AccessPlugin,
    ],
    defaultFieldNullability: false,
    scopeAuth: {
      // A scope that refuses throws its own reason, which then is the answer.
      treatErrorsAsUnauthorized: false,
      // Once, before anything is listened to; an event is not asked who reads it.
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
  builder.queryType({ description: 'Reads; without side effects.' })
  builder.mutationType({
    description: 'Changes; each answers a union of its success and of the problems that a caller can expect.',
  })
  builder.subscriptionType({
    description: 'Hears, over Server-Sent Events (graphql-sse, distinct connections).',
  })
  return builder
}

export type Builder = ReturnType<typeof createBuilder>
/** The builder's types, with the defaults of Pothos filled in. */
export type BuilderTypes = PothosSchemaTypes.ExtendDefaultTypes<GatehouseSchemaTypes>
