import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type InputShapeFromFields,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { LimitIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import type { Limit } from '../../domain/rate-limits/limits.ts'

const pluginName = 'rateLimit'

/** A call of a root field, as the rate limiter counts it. */
export interface FieldCall {
  readonly limit: Limit
  readonly identifier: LimitIdentifier | null
  readonly checksCredentials: boolean
  /** The slug of the tenant that the call names. Null: it concerns the tenant of the viewer, if there is one. */
  readonly tenant: string | null
  /** True: it is refused anyway, and counts without a look-up of its tenant. */
  readonly isRefused?: boolean
  /** Number of calls that it counts as. Defaults to 1. */
  readonly times?: number
}

/** A call of a root field that has ended. */
export interface EndedCall {
  readonly field: string
  /** Null: it has a result. */
  readonly error: unknown
  /** What the resolver returned. */
  readonly result: unknown
  /** Whether its budgets admitted it, so that the error is one of the resolver. */
  readonly wasCharged: boolean
  readonly durationMs: number
}

/** How calls are charged. An option of the builder, because the plugin does not know the type of the context. */
export interface FieldCharging<Context> {
  /**
   * Admits a call before it is charged; returns what to call when it ends. A refused call is charged too.
   * @throws UnavailableError if the service is too busy for it, the error of `charge` if it is also refused by a budget
   */
  admit(context: Context, call: FieldCall): Promise<() => void>
  /** Charges a call. @throws the error that refuses the call */
  charge(context: Context, call: FieldCall): Promise<void>
  /** Is called when a call of a charged field ends, also one that was refused. */
  onEnd(context: Context, ended: EndedCall): void
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      rateLimit: RateLimitPlugin<Types>
    }
    export interface SchemaBuilderOptions<Types extends SchemaTypes> {
      rateLimit: FieldCharging<Types['Context']>
    }
    export interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** The budgets that each call of this field is charged to. */
      rateLimit: Limit
      /** The slug of the tenant that a call concerns, from the arguments. Null, or absent: the tenant of the viewer. */
      limitTenant?: (args: InputShapeFromFields<Args>, context: Types['Context']) => string | null
    }
    export interface SubscriptionFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      /** The budgets that each subscription is charged to: once, not for each event. */
      rateLimit: Limit
    }
    export interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** The budgets that each call of this field is charged to. */
      rateLimit: Limit
      /** The identifier that budgets by identifier count, from the arguments. */
      limitIdentifier?: (args: InputShapeFromFields<Args>, context: Types['Context']) => LimitIdentifier
      /** The slug of the tenant that a call concerns, from the arguments. Null, or absent: the tenant of the viewer. */
      limitTenant?: (args: InputShapeFromFields<Args>, context: Types['Context']) => string | null
      /** Whether a call compares or scores a password or other credential: an operation may contain one such field. */
      checksCredentials?: boolean
    }
  }
}

/**
 * Charges each root field as often as it is resolved, so that each alias pays. It runs before scope-auth, so that denied
 * calls cost as much. The limit stays in the extensions of the field, where the HTTP layer and the tests read it.
 */
class RateLimitPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.kind !== 'Query' && field.kind !== 'Mutation' && field.kind !== 'Subscription') return field
    const { rateLimit } = field.pothosOptions
    const checksCredentials = field.kind === 'Mutation' && field.pothosOptions.checksCredentials === true
    return { ...field, extensions: { ...field.extensions, rateLimit, checksCredentials } }
  }

  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context']>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context']> {
    if (field.kind !== 'Query' && field.kind !== 'Mutation') return resolve
    const { rateLimit: limit, limitTenant = null } = field.pothosOptions
    const { limitIdentifier = null, checksCredentials = false } =
      field.kind === 'Mutation' ? field.pothosOptions : {}
    const { rateLimit: charging } = this.builder.options
    return chargedResolver(charging, resolve, (args, context) => ({
      limit,
      identifier: limitIdentifier?.(args, context) ?? null,
      checksCredentials,
      tenant: limitTenant?.(args, context) ?? null,
    }))
  }

  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context']> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context']> | undefined {
    if (field.kind !== 'Subscription' || subscribe === undefined) return subscribe
    const call = {
      limit: field.pothosOptions.rateLimit,
      identifier: null,
      checksCredentials: false,
      tenant: null,
    } as const
    return chargedResolver(this.builder.options.rateLimit, subscribe, () => call)
  }
}

/** Returns a resolver that admits and charges the call before it runs. */
export function chargedResolver<Context, Args>(
  charging: FieldCharging<Context>,
  resolve: GraphQLFieldResolver<unknown, Context, Args>,
  callOf: (args: Args, context: Context) => FieldCall,
): GraphQLFieldResolver<unknown, Context, Args> {
  return async (parent, args, context, info) => {
    const startedMs = performance.now()
    let wasCharged = false
    const end = (error: unknown, result: unknown) =>
      charging.onEnd(context, {
        field: info.fieldName,
        error,
        result,
        wasCharged,
        durationMs: performance.now() - startedMs,
      })
    const work = () => {
      wasCharged = true
      return resolve(parent, args, context, info)
    }
    try {
      const result = await runCharged(charging, context, callOf(args, context), work)
      end(null, result)
      return result
    } catch (error) {
      end(error, null)
      throw error
    }
  }
}

async function runCharged<Context>(
  charging: FieldCharging<Context>,
  context: Context,
  call: FieldCall,
  work: () => unknown,
): Promise<unknown> {
  const leave = await charging.admit(context, call)
  try {
    await charging.charge(context, call)
    return await work()
  } finally {
    leave()
  }
}

SchemaBuilder.registerPlugin(pluginName, RateLimitPlugin)

export default pluginName
