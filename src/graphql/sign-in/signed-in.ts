import type { SignedIn } from '../../flows/sign-in/register.ts'
import type { Builder } from '../edge/builder.ts'
import { deliverSession, type GraphqlContext } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** A type that says who is signed in as of now: of register and of login. */
export function addSignedIn(builder: Builder, types: Types, name: string, description: string) {
  return builder.objectRef<SignedIn>(name).implement({
    description,
    fields: (t) => ({
      user: t.field({
        type: types.user,
        description: 'Who has signed in.',
        resolve: ({ user }) => user,
      }),
      session: t.expose('session', { type: types.session, description: 'The session that has begun.' }),
      tokens: t.expose('tokens', { type: types.tokens, description: 'What it is used with.' }),
      deviceToken: t.string({
        nullable: true,
        description:
          'Marks this device as known; keep it and send it with later logins. Null with cookie transports: a cookie carries it.',
        resolve: ({ tokens, deviceToken }) => (tokens.transport === 'BODY' ? deviceToken : null),
      }),
    }),
  })
}

/** Delivers the tokens of an answer that has signed somebody in; every other answer passes. */
export function deliverSignIn<T extends { kind: string }>(
  context: GraphqlContext,
  answer: T | SignedIn,
): T | SignedIn {
  if (!isSignedIn(answer)) return answer
  deliverSession(context, answer.session, answer.tokens)
  if (answer.tokens.transport !== 'BODY') context.cookies.trustDevice(answer.deviceToken)
  return answer
}

function isSignedIn(answer: { kind: string } | SignedIn): answer is SignedIn {
  return answer.kind === 'SIGNED_IN'
}
