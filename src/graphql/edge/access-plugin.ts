import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'

const pluginName = 'access'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      access: AccessPlugin<Types>
    }
  }
}

/** Scopes that admit requests without credentials, everywhere or in development: no gateway may refuse those. */
const publicScopes = ['anyone', 'permissionUnlessDeveloping']
const permissionScopes = ['permission', 'actingWith', 'actingUserWith']

/**
 * Derives `@authenticated` and `@requiresScopes` of a root field from its `authScopes`, so that a gateway refuses
 * exactly what this service refuses. Fields below the roots get none, because a gateway cannot decide whether the
 * viewer owns them. The scopes stay in the extensions of the field, where the shield and the tests read them.
 */
class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.kind !== 'Query' && field.kind !== 'Mutation' && field.kind !== 'Subscription') return field
    const { authScopes } = field.pothosOptions
    return { ...field, extensions: { ...field.extensions, authScopes, directives: directivesOf(authScopes) } }
  }
}

function directivesOf(authScopes: unknown) {
  const scopes = Object.entries(authScopes ?? {})
  if (scopes.length === 0 || scopes.some(([scope]) => publicScopes.includes(scope))) return []
  const permissions = scopes.filter(([scope]) => permissionScopes.includes(scope))
  return [
    ...permissions.map(([, permission]) => ({ name: 'requiresScopes', args: { scopes: [[permission]] } })),
    { name: 'authenticated', args: {} },
  ]
}

SchemaBuilder.registerPlugin(pluginName, AccessPlugin)

export default pluginName
