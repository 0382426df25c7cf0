import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { Limit } from '../domain/rate-limits/limits.ts'

const pluginName = 'rateLimit'

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      rateLimit: RateLimitPlugin<Types>
    }
    export interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** The budget that each call of this field is charged to. */
      rateLimit: Limit
    }
    export interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** The budget that each call of this field is charged to. */
      rateLimit: Limit
      /** Whether a call compares or scores a password or the like: one such field to an operation. */
      checksCredentials?: boolean
    }
  }
}

/** Puts the budget that stands beside a root field where the limiter, the edge and the schema's test find it. */
class RateLimitPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.kind !== 'Query' && field.kind !== 'Mutation') return field
    const { rateLimit } = field.pothosOptions
    const checksCredentials = field.kind === 'Mutation' && field.pothosOptions.checksCredentials === true
    return { ...field, extensions: { ...field.extensions, rateLimit, checksCredentials } }
  }
}

SchemaBuilder.registerPlugin(pluginName, RateLimitPlugin)

export default pluginName
