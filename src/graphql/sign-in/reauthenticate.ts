import {
  AccountLockedProblem,
  InvalidCodeProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidPasskeyProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { SessionTokens } from '../../flows/steps/sessions/session-tokens.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deliverSession } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The mutations `reauthenticate` and `reauthenticateWith`. */
export function addReauthenticate(builder: Builder, types: Types): void {
  const success = addSuccess(builder, types)
  addPasswordProof(builder, success)
  addAnyProof(builder, success)
}

type Success = ReturnType<typeof addSuccess>

function addSuccess(builder: Builder, types: Types) {
  return builder.objectRef<{ tokens: SessionTokens }>('ReauthenticateSuccess').implement({
    description:
      'The session has a recent proof. The access token of the call and earlier refresh tokens are refused.',
    fields: (t) => ({
      tokens: t.expose('tokens', { type: types.tokens, description: 'New tokens of this session.' }),
    }),
  })
}

function addPasswordProof(builder: Builder, success: Success): void {
  const input = builder.inputType('ReauthenticateInput', {
    description: 'Proof of identity.',
    fields: (t) => ({
      password: t.string({ required: true, description: 'Current password of the account.' }),
    }),
  })
  addMutation(builder, {
    name: 'reauthenticate',
    description:
      'Proves the password again, for operations that require recent reauthentication. Renews the `auth_time` of the session and starts a new family of refresh tokens. For an account with a second factor the password is not enough: see reauthenticateWith.',
    input,
    success,
    problems: [InvalidCredentialsProblem, AccountLockedProblem],
    access: signedIn,
    limit: limits.credentials,
    checksCredentials: true,
    resolve: async ({ input, viewer, context }) => {
      const renewed = await context.flows.reauthenticate(input.password, viewer, context.origin)
      deliverSession(context, renewed.session, renewed.tokens)
      return renewed
    },
  })
}

function addAnyProof(builder: Builder, success: Success): void {
  const input = builder.inputType('ReauthenticateWithInput', {
    description: 'One proof of identity: exactly one of password, code and passkey.',
    fields: (t) => ({
      password: t.string({ description: 'Current password of the account. Renews `auth_time`.' }),
      code: t.string({
        description:
          'Six digits of the authenticator app; blanks are ignored. Renews the time of the second factor. A code works once.',
      }),
      ceremonyToken: t.string({ description: 'From startPasskeyLogin; required with passkey.' }),
      passkey: t.field({
        type: 'JSONObject',
        description:
          'Response of `navigator.credentials.get()` as JSON (PublicKeyCredential.toJSON), at most 16 kB. Renews `auth_time` and the time of the second factor.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'reauthenticateWith',
    description:
      'Proves the password, a code of the authenticator app or a passkey again, for operations that require recent reauthentication. Adds the methods of the proof to the session and starts a new family of refresh tokens. Wrong codes share one count with those of sign-ins. A recovery code is not accepted.',
    input,
    success,
    problems: [
      InvalidCredentialsProblem,
      InvalidCodeProblem,
      InvalidPasskeyProblem,
      InvalidInputProblem,
      AccountLockedProblem,
    ],
    access: signedIn,
    limit: limits.credentials,
    checksCredentials: true,
    resolve: async ({ input, viewer, context }) => {
      const renewed = await context.flows.reauthenticateWith(input, viewer, context.origin)
      deliverSession(context, renewed.session, renewed.tokens)
      return renewed
    },
  })
}
