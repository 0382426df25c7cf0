import type { StartedCeremony } from '../../domain/factors/passkey-ceremony.ts'
import {
  InvalidInputProblem,
  InvalidPasskeyProblem,
  InvalidTokenProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { PasskeyRegistered } from '../../flows/factors/finish-passkey-registration.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deviceField } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'
import type { FactorTypes } from './auth-factors.ts'
import { bindEnrolled, challengeTokenField, enrolmentRequest, enrolmentTokenField } from './enrolment.ts'

/** The mutations that register a passkey. */
export function addPasskeyRegistration(builder: Builder, types: Types, factorTypes: FactorTypes): void {
  addStart(builder, types)
  addFinish(builder, types, factorTypes)
}

function addStart(builder: Builder, types: Types): void {
  const input = builder.inputType('StartPasskeyRegistrationInput', {
    description: 'Absent in a session.',
    fields: (t) => ({
      enrolmentToken: t.string(enrolmentTokenField),
      device: t.field({ ...deviceField, type: types.deviceInput }),
    }),
  })
  const success = builder.objectRef<StartedCeremony>('StartPasskeyRegistrationSuccess').implement({
    description: 'The ceremony has begun. Nothing is stored.',
    fields: (t) => ({
      ceremonyToken: t.exposeString('ceremonyToken', {
        description:
          'Token for finishPasskeyRegistration. Usable once, for 5 minutes, by you; after an enrolmentToken only as long as that is valid.',
      }),
      options: t.expose('options', {
        type: 'JSONObject',
        description:
          'Options of navigator.credentials.create() in JSON (WebAuthn, PublicKeyCredentialCreationOptionsJSON): read them with PublicKeyCredential.parseCreationOptionsFromJSON. Authenticators that have one of your passkeys are excluded.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token expires.' }),
    }),
  })
  addMutation(builder, {
    name: 'startPasskeyRegistration',
    description:
      'Begins the registration of a passkey that is discoverable and requires user verification. Requires a session with recent reauthentication (reauthenticateWith), or the enrolmentToken of MfaEnrolmentRequired; with neither UNAUTHENTICATED. An account can have at most 20 passkeys (issue TOO_MANY_PASSKEYS). Issue ENROLMENT_OFF if the service has switched second factors off.',
    input,
    inputDefault: {},
    success,
    problems: [InvalidTokenProblem, ReauthenticationRequiredProblem, InvalidInputProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: ({ input, context }) => context.flows.startPasskeyRegistration(enrolmentRequest(context, input)),
  })
}

function addFinish(builder: Builder, types: Types, { passkey }: FactorTypes): void {
  const input = builder.inputType('FinishPasskeyRegistrationInput', {
    description: 'The response of the authenticator, and a name of the passkey.',
    fields: (t) => ({
      ceremonyToken: t.string({ required: true, description: 'From startPasskeyRegistration.' }),
      response: t.field({
        type: 'JSONObject',
        required: true,
        description:
          'Result of navigator.credentials.create() in JSON (PublicKeyCredential.toJSON), at most 16 kB.',
      }),
      name: t.string({
        description:
          'Name of the passkey, 1 to 100 characters on one line. White space around it is removed. Defaults to the name of the provider.',
      }),
      device: t.field({ ...deviceField, type: types.deviceInput }),
    }),
  })
  const success = builder.objectRef<PasskeyRegistered>('FinishPasskeyRegistrationSuccess').implement({
    description: 'The passkey is registered. A mail reports it, with a link that removes it again.',
    fields: (t) => ({
      passkey: t.expose('passkey', { type: passkey, description: 'The new passkey.' }),
      recoveryCodes: t.field({
        type: ['String'],
        nullable: true,
        description:
          'Ten recovery codes, shown once. Null if the account has unused ones, or a password sign-in requires no second step.',
        resolve: ({ recoveryCodes }) => (recoveryCodes === null ? null : [...recoveryCodes]),
      }),
      challengeToken: t.string(challengeTokenField),
    }),
  })
  addMutation(builder, {
    name: 'finishPasskeyRegistration',
    description:
      'Registers the passkey that the authenticator created. Requires a session with recent reauthentication (reauthenticateWith), or a ceremony that began with an enrolmentToken, which can be used once; with neither UNAUTHENTICATED. Every device on which the second step is skipped is forgotten.',
    input,
    success,
    problems: [
      InvalidPasskeyProblem,
      InvalidTokenProblem,
      ReauthenticationRequiredProblem,
      InvalidInputProblem,
    ],
    access: anyone,
    limit: limits.oneTimeToken,
    checksCredentials: true,
    resolve: async ({ input, context }) => {
      const { proof, ...request } = enrolmentRequest(context, input)
      const registered = await context.flows.finishPasskeyRegistration(input, {
        ...request,
        device: proof.device,
      })
      bindEnrolled(context, registered.enrolled)
      return registered
    },
  })
}
