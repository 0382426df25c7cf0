import type { TotpDescription } from '../../domain/factors/totp.ts'
import {
  FactorRequiredProblem,
  InvalidCodeProblem,
  InvalidInputProblem,
  InvalidTokenProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { TotpConfirmed } from '../../flows/factors/confirm-totp.ts'
import type { AuthFactors } from '../../flows/factors/find-auth-factors.ts'
import { anyone, signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deviceField } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'
import type { FactorTypes } from './auth-factors.ts'
import { bindEnrolled, challengeTokenField, enrolmentRequest, enrolmentTokenField } from './enrolment.ts'

/** The mutations that add and remove an authenticator app. */
export function addTotp(builder: Builder, types: Types, factorTypes: FactorTypes): void {
  addStart(builder, types)
  addConfirm(builder, types)
  addRemove(builder, factorTypes)
}

function addStart(builder: Builder, types: Types): void {
  const input = builder.inputType('StartTotpEnrolmentInput', {
    description: 'Absent in a session.',
    fields: (t) => ({
      enrolmentToken: t.string(enrolmentTokenField),
      device: t.field({ ...deviceField, type: types.deviceInput }),
    }),
  })
  const success = builder.objectRef<TotpDescription>('StartTotpEnrolmentSuccess').implement({
    description: 'A secret for an authenticator app. Confirm it with its first code.',
    fields: (t) => ({
      secret: t.exposeString('secret', {
        description: 'Secret of 160 bits in base32 (RFC 4648), for typing. Shown once.',
      }),
      uri: t.exposeString('uri', {
        description:
          'otpauth:// URI with the secret, the name of the service and the address of the account. SHA-1, six digits, 30 seconds.',
      }),
      qrCodeSvg: t.exposeString('qrCodeSvg', {
        description: 'The URI as a QR code: an SVG image of about 20 kB. Computed by this service.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'startTotpEnrolment',
    description:
      'Begins the enrolment of an authenticator app (RFC 6238). Replaces a secret that was not confirmed; a confirmed one stays in use until confirmTotp. Requires a session with recent reauthentication, or the enrolmentToken of MfaEnrolmentRequired; with neither UNAUTHENTICATED. Refused with MFA=off (issue ENROLMENT_OFF).',
    input,
    inputDefault: {},
    success,
    problems: [InvalidTokenProblem, ReauthenticationRequiredProblem, InvalidInputProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    resolve: ({ input, context }) => context.flows.startTotpEnrolment(enrolmentRequest(context, input)),
  })
}

function addConfirm(builder: Builder, types: Types): void {
  const input = builder.inputType('ConfirmTotpInput', {
    description: 'The first code of the authenticator app.',
    fields: (t) => ({
      code: t.string({ required: true, description: 'Six digits; blanks are ignored.' }),
      enrolmentToken: t.string(enrolmentTokenField),
      device: t.field({ ...deviceField, type: types.deviceInput }),
    }),
  })
  const success = builder.objectRef<TotpConfirmed>('ConfirmTotpSuccess').implement({
    description:
      'The authenticator app is a second factor: a sign-in with the password requires a code from now on. An app that was confirmed before is replaced.',
    fields: (t) => ({
      recoveryCodes: t.field({
        type: ['String'],
        nullable: true,
        description:
          'Ten recovery codes of 80 bits, each for one sign-in without the app. Shown once. Null if the account has unused ones.',
        resolve: ({ recoveryCodes }) => (recoveryCodes === null ? null : [...recoveryCodes]),
      }),
      revokedSessions: t.exposeInt('revokedSessions', {
        description:
          'Number of other sessions that were ended, because they began without the second factor.',
      }),
      challengeToken: t.string(challengeTokenField),
    }),
  })
  addMutation(builder, {
    name: 'confirmTotp',
    description:
      'Confirms the authenticator app of startTotpEnrolment by its first code. Ends your other sessions and remembered devices, and mails you a link that reverts the change. Requires a session with recent reauthentication, or the enrolmentToken of MfaEnrolmentRequired, which can be used once; with neither UNAUTHENTICATED.',
    input,
    success,
    problems: [InvalidCodeProblem, InvalidTokenProblem, ReauthenticationRequiredProblem, InvalidInputProblem],
    access: anyone,
    limit: limits.oneTimeToken,
    checksCredentials: true,
    resolve: async ({ input, context }) => {
      const confirmed = await context.flows.confirmTotp(input.code, enrolmentRequest(context, input))
      bindEnrolled(context, confirmed.enrolled)
      return confirmed
    },
  })
}

function addRemove(builder: Builder, { authFactors }: FactorTypes): void {
  const success = builder.objectRef<{ factors: AuthFactors }>('RemoveTotpSuccess').implement({
    description: 'Codes of the app are refused from now on. A mail reports it, with a link that restores it.',
    fields: (t) => ({
      factors: t.expose('factors', { type: authFactors, description: 'The factors that are left.' }),
    }),
  })
  addMutation(builder, {
    name: 'removeTotp',
    description:
      'Removes your authenticator app. Requires recent reauthentication (reauthenticateWith). Every device on which the second step is skipped is forgotten. With the last second factor, recovery codes end.',
    input: null,
    success,
    problems: [FactorRequiredProblem, NotFoundProblem, ReauthenticationRequiredProblem],
    access: signedIn,
    limit: limits.credentials,
    resolve: async ({ viewer, context }) => ({
      factors: await context.flows.removeTotp(viewer, context.origin),
    }),
  })
}
