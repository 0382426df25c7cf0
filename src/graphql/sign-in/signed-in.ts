import type { ObjectRef } from '@pothos/core'
import type { SignedIn } from '../../flows/sign-in/signed-in.ts'
import type { Builder, BuilderTypes } from '../edge/builder.ts'
import { deliverSession, type GraphqlContext } from '../edge/context.ts'
import { deviceTokenDescription } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'

/** The success type of `register` and `login`. */
export function addSignedIn(
  builder: Builder,
  types: Types,
  ref: ObjectRef<BuilderTypes, SignedIn>,
  description: string,
) {
  return builder.objectType(ref, {
    description,
    fields: (t) => ({
      user: t.field({
        type: types.user,
        description: 'The user who is signed in.',
        resolve: ({ user }) => user,
      }),
      session: t.expose('session', { type: types.session, description: 'The session that has begun.' }),
      tokens: t.expose('tokens', { type: types.tokens, description: 'Tokens of the session.' }),
      deviceToken: t.string({
        nullable: true,
        description: `${deviceTokenDescription} Send it with later logins.`,
        resolve: ({ tokens, deviceToken }) => (tokens.transport === 'BODY' ? deviceToken : null),
      }),
    }),
  })
}

/** Delivers the tokens of a result that has signed a user in, or the cookie that binds a challenge to the browser. */
export function deliverSignIn<T extends { kind: string }>(
  context: GraphqlContext,
  result: T | SignedIn,
): T | SignedIn {
  if (isBound(result) && result.cookie !== null)
    context.cookies.bindChallenge(result.cookie, result.expiresAt)
  if (!isSignedIn(result)) return result
  const { accessCookie, refreshCookie } = context.credentials
  const hadCookies = accessCookie !== null || refreshCookie !== null
  // They belong to the session that this one has replaced, and BODY sets no others.
  if (hadCookies && result.tokens.transport === 'BODY') context.cookies.clear()
  deliverSession(context, result.session, result.tokens)
  if (result.tokens.transport === 'BODY') return result
  context.cookies.trustDevice(result.deviceToken)
  const { rememberedDevice } = result
  if (rememberedDevice !== undefined)
    context.cookies.rememberDevice(rememberedDevice.secret, rememberedDevice.expiresAt)
  return result
}

function isSignedIn(result: { kind: string } | SignedIn): result is SignedIn {
  return result.kind === 'SIGNED_IN'
}

/** A step whose token is bound to the browser by a cookie, unless it is bound to the device. */
interface BoundStep {
  readonly cookie: string | null
  readonly expiresAt: Date
}

function isBound(result: object): result is BoundStep {
  return 'cookie' in result && 'expiresAt' in result
}
