import type { InputRef, MaybePromise, ObjectRef, OutputShape } from '@pothos/core'
import { type Problem, RateLimitedProblem } from '../../domain/problems.ts'
import type { LimitIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import type { Limit } from '../../domain/rate-limits/limits.ts'
import type { MutationAccess } from './access.ts'
import type { Builder, BuilderTypes } from './builder.ts'
import type { GraphqlContext, IdentifyingContext } from './context.ts'

type Member = ObjectRef<BuilderTypes, unknown>

/** A mutation: one argument `input`, one union `<Name>Result` of its success and its problems. */
export interface MutationOptions<Input, Success extends Member, Caller> extends ResultOptions<Success> {
  readonly name: string
  readonly description: string
  /** The type `<Name>Input`; null for a mutation without an argument. */
  readonly input: InputRef<Input> | null
  /** Makes the argument optional: the resolver gets this value if the argument is absent or null. */
  readonly inputDefault?: NoInfer<Input>
  /** The union of its success and problems, if several mutations share it; by default a union of its own. */
  readonly result?: ResultUnion
  readonly access: MutationAccess<Caller>
  /** The budgets that each call is charged to. */
  readonly limit: Limit
  /** The identifier that budgets by identifier count. */
  readonly limitIdentifier?: (input: Input, context: IdentifyingContext) => LimitIdentifier
  /** The slug of the tenant that a call concerns. Null, or absent: the tenant of the viewer. */
  readonly limitTenant?: (input: Input, context: GraphqlContext) => string | null
  /** Whether a call compares or scores a password: an operation may contain one such field. */
  readonly checksCredentials?: boolean
  readonly resolve: (call: MutationCall<Input, Caller>) => MaybePromise<OutputShape<BuilderTypes, Success>>
}

interface SuccessTypes<Success extends Member> {
  readonly types: readonly Success[]
  readonly typeOf: (result: OutputShape<BuilderTypes, Success>) => string
}

type ProblemClass = new (...args: never[]) => Problem

interface MutationCall<Input, Caller> {
  readonly input: Input
  /** The viewer that the access has checked. */
  readonly viewer: Caller
  readonly context: GraphqlContext
}

/** Adds a mutation and its union. The field is nullable, so that its failure leaves the other fields of the operation intact. */
export function addMutation<Input, Success extends Member, Caller>(
  builder: Builder,
  options: MutationOptions<Input, Success, Caller>,
): void
export function addMutation(builder: Builder, options: MutationOptions<unknown, Member, unknown>): void {
  const {
    name,
    description,
    input,
    access,
    limit,
    limitIdentifier,
    limitTenant,
    checksCredentials = false,
  } = options
  const inputOf = (args: { input?: unknown }) => args.input ?? options.inputDefault
  const identify =
    limitIdentifier &&
    ((args: { input?: unknown }, context: IdentifyingContext) => limitIdentifier(inputOf(args), context))
  builder.mutationField(name, (t) =>
    t.field({
      type: options.result ?? addUnion(builder, resultName(name), `Result of ${name}.`, options),
      nullable: true,
      description,
      args:
        input === null
          ? {}
          : {
              input: t.arg({
                type: input,
                required: options.inputDefault === undefined,
                description: `Input of ${name}.`,
              }),
            },
      authScopes: access.mutation.authScopes,
      rateLimit: limit,
      ...(identify && { limitIdentifier: identify, extensions: { limitIdentifier: identify } }),
      ...(limitTenant && { limitTenant: (args, context) => limitTenant(inputOf(args), context) }),
      checksCredentials,
      resolve: (_root, args, context) =>
        options.resolve({ input: inputOf(args), viewer: access.mutation.viewerOf(context), context }),
    }),
  )
}

function resultName(mutation: string): string {
  return `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Result`
}

interface ResultOptions<Success extends Member> {
  /** The type of the success; or several types, and which of them a result is. */
  readonly success: Success | SuccessTypes<Success>
  /** The expected problems besides AuthRateLimitedProblem, which every mutation has. */
  readonly problems: readonly ProblemClass[]
}

export type ResultUnion = ReturnType<typeof addUnion>

/** Adds the union of a success and its problems, for mutations that share it. */
export function addResult<Success extends Member>(
  builder: Builder,
  name: string,
  description: string,
  options: ResultOptions<Success>,
): ResultUnion
export function addResult(
  builder: Builder,
  name: string,
  description: string,
  options: ResultOptions<Member>,
): ResultUnion {
  return addUnion(builder, name, description, options)
}

function addUnion(
  builder: Builder,
  name: string,
  description: string,
  { success, problems }: ResultOptions<Member>,
) {
  const { types, typeOf } = 'types' in success ? success : { types: [success], typeOf: () => success.name }
  return builder.errorUnion(name, {
    description,
    types: [...types, ...problems, RateLimitedProblem],
    resolveType: typeOf,
  })
}
