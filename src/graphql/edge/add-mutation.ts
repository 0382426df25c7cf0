import type { InputRef, MaybePromise, ObjectRef, OutputShape } from '@pothos/core'
import { type Problem, RateLimitedProblem } from '../../domain/problems.ts'
import type { LimitIdentifier } from '../../domain/rate-limits/limit-identifier.ts'
import type { Limit } from '../../domain/rate-limits/limits.ts'
import type { MutationAccess } from './access.ts'
import type { Builder, BuilderTypes } from './builder.ts'
import type { GraphqlContext } from './context.ts'

type Member = ObjectRef<BuilderTypes, unknown>

/** A mutation: one argument `input`, one union `<Name>Result` of its success and its problems. */
export interface MutationOptions<Input, Success extends Member, Caller> {
  readonly name: string
  readonly description: string
  /** The type `<Name>Input`; null for a mutation without an argument. */
  readonly input: InputRef<Input> | null
  /** Makes the argument optional: the resolver gets this value if the argument is absent or null. */
  readonly inputDefault?: NoInfer<Input>
  /** The type of the success; or several types, and which of them a result is. */
  readonly success: Success | SuccessTypes<Success>
  /** The expected problems besides AuthRateLimitedProblem, which every mutation has. */
  readonly problems: readonly ProblemClass[]
  readonly access: MutationAccess<Caller>
  /** The budgets that each call is charged to. */
  readonly limit: Limit
  /** The identifier that budgets by identifier count. */
  readonly limitIdentifier?: (input: Input, context: GraphqlContext) => LimitIdentifier
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
  const { name, description, input, access, limit, limitIdentifier, checksCredentials = false } = options
  const inputOf = (args: { input?: unknown }) => args.input ?? options.inputDefault
  builder.mutationField(name, (t) =>
    t.field({
      type: addResult(builder, options),
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
      ...(limitIdentifier && {
        limitIdentifier: (args, context) => limitIdentifier(inputOf(args), context),
      }),
      checksCredentials,
      resolve: (_root, args, context) =>
        options.resolve({ input: inputOf(args), viewer: access.mutation.viewerOf(context), context }),
    }),
  )
}

function addResult(builder: Builder, { name, success, problems }: MutationOptions<unknown, Member, unknown>) {
  const { types, typeOf } = 'types' in success ? success : { types: [success], typeOf: () => success.name }
  return builder.errorUnion(`${name.charAt(0).toUpperCase()}${name.slice(1)}Result`, {
    description: `Result of ${name}.`,
    types: [...types, ...problems, RateLimitedProblem],
    resolveType: typeOf,
  })
}
