import type { User } from '../../domain/users/user.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'

/** The input of a mutation that presents the token of a mail and nothing else. */
export function tokenInput(builder: Builder, name: string, description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      token: t.string({ required: true, description: 'The token of the link in the mail; good once.' }),
    }),
  })
}

/** Whoever followed a link of the mail has proven to be the owner of the address: he is shown what is his. */
export function reveal(context: GraphqlContext, user: User): { user: User } {
  context.proven.userIds.add(user.id)
  return { user }
}
