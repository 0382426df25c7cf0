import type {
  ArgBuilder,
  InputFieldMap,
  InputShapeFromFields,
  MaybePromise,
  ShapeFromTypeParam,
  TypeParam,
} from '@pothos/core'
import type { Limit } from '../../domain/rate-limits/limits.ts'
import type { QueryAccess } from './access.ts'
import type { Builder, BuilderTypes } from './builder.ts'
import type { GraphqlContext } from './context.ts'

export interface QueryOptions<Type extends TypeParam<BuilderTypes>, Args extends InputFieldMap, Caller> {
  readonly name: string
  readonly description: string
  readonly type: Type
  readonly args?: (arg: ArgBuilder<BuilderTypes>) => Args
  readonly access: QueryAccess<Caller>
  /** The budgets that each call is charged to. */
  readonly limit: Limit
  /** The slug of the tenant that a call concerns. Null, or absent: the tenant of the viewer. */
  readonly limitTenant?: (args: InputShapeFromFields<Args>) => string | null
  /** Refuses GET, because an argument is a secret that a URL would reveal. */
  readonly postOnly?: boolean
  readonly resolve: (
    call: QueryCall<InputShapeFromFields<Args>, Caller>,
  ) => MaybePromise<ShapeFromTypeParam<BuilderTypes, Type, true>>
}

export interface QueryCall<Args, Caller> {
  readonly args: Args
  /** The viewer that the access has checked. */
  readonly viewer: Caller
  readonly context: GraphqlContext
}

/** Adds a query. The field is nullable, so that its failure leaves the other fields of the operation intact. */
export function addQuery<
  Type extends TypeParam<BuilderTypes>,
  Caller,
  Args extends InputFieldMap = Record<never, never>,
>(builder: Builder, options: QueryOptions<Type, Args, Caller>): void
export function addQuery(
  builder: Builder,
  options: QueryOptions<TypeParam<BuilderTypes>, InputFieldMap, unknown>,
): void {
  const { name, description, type, args, access, limit, limitTenant, postOnly = false, resolve } = options
  builder.queryField(name, (t) =>
    t.field({
      type,
      nullable: true,
      description,
      args: args?.(t.arg) ?? {},
      authScopes: access.query.authScopes,
      rateLimit: limit,
      ...(limitTenant && { limitTenant: (args) => limitTenant(args) }),
      extensions: { postOnly },
      resolve: (_root, args, context) => resolve({ args, viewer: access.query.viewerOf(context), context }),
    }),
  )
}
