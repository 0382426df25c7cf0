import type { Passkey } from '../../domain/factors/passkey.ts'
import {
  FactorRequiredProblem,
  InvalidInputProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { PasskeyRemoved } from '../../flows/factors/remove-passkey.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { FactorTypes } from './auth-factors.ts'

/** The mutations that name and remove passkeys. */
export function addPasskeys(builder: Builder, types: FactorTypes): void {
  addRename(builder, types)
  addRemove(builder, types)
}

function addRename(builder: Builder, { passkey }: FactorTypes): void {
  const input = builder.inputType('RenamePasskeyInput', {
    description: 'The passkey to name, and its name.',
    fields: (t) => ({
      passkeyId: t.id({ required: true, description: 'Id of one of your own passkeys.' }),
      name: t.string({
        required: true,
        description: 'The new name, 1 to 100 characters on one line. White space around it is removed.',
      }),
    }),
  })
  const success = builder.objectRef<{ passkey: Passkey }>('RenamePasskeySuccess').implement({
    description: 'The passkey has its new name. The name in the authenticator does not change.',
    fields: (t) => ({
      passkey: t.expose('passkey', { type: passkey, description: 'The renamed passkey.' }),
    }),
  })
  addMutation(builder, {
    name: 'renamePasskey',
    description: 'Names one of your own passkeys, so that you recognise it in lists.',
    input,
    success,
    problems: [NotFoundProblem, InvalidInputProblem],
    access: signedIn,
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      passkey: await context.flows.renamePasskey(input, viewer),
    }),
  })
}

function addRemove(builder: Builder, { authFactors }: FactorTypes): void {
  const input = builder.inputType('RemovePasskeyInput', {
    description: 'The passkey to remove.',
    fields: (t) => ({
      passkeyId: t.id({ required: true, description: 'Id of one of your own passkeys.' }),
    }),
  })
  const success = builder.objectRef<PasskeyRemoved>('RemovePasskeySuccess').implement({
    description: 'The passkey is refused from now on. A mail reports it, with a link that restores it.',
    fields: (t) => ({
      factors: t.expose('factors', { type: authFactors, description: 'The factors that are left.' }),
      signal: t.expose('signal', {
        type: 'JSONObject',
        description:
          'Argument of PublicKeyCredential.signalAllAcceptedCredentials (WebAuthn section 5.1.10): call it where it exists, so that the browser stops offering the removed passkey.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'removePasskey',
    description:
      'Removes one of your own passkeys. Requires recent reauthentication (reauthenticateWith). Every device on which the second step is skipped is forgotten. With the last second factor, recovery codes end.',
    input,
    success,
    problems: [FactorRequiredProblem, NotFoundProblem, ReauthenticationRequiredProblem],
    access: signedIn,
    limit: limits.credentials,
    resolve: ({ input: { passkeyId }, viewer, context }) =>
      context.flows.removePasskey(passkeyId, viewer, context.origin),
  })
}
