import type { User } from '../../domain/users/user.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'

/** The input of a mutation whose only field is the token of a mailed link. */
export function tokenInput(builder: Builder, name: string, description: string) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      token: t.string({ required: true, description: 'Token from the link in the mail. Valid once.' }),
    }),
  })
}

/** The token of the mail proves that the caller owns the address, so the personal fields of the user become visible. */
export function revealUser(context: GraphqlContext, user: User): { user: User } {
  context.identified.userIds.add(user.id)
  return { user }
}
