import { InvalidCodeProblem, InvalidInputProblem, NotFoundProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { RequestedPhoneCode } from '../../flows/account/verify-phone.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

/** The mutations that verify the phone number of the viewer. */
export function addPhoneVerification(builder: Builder, types: Types): void {
  addRequestPhoneVerification(builder)
  addVerifyPhone(builder, types)
}

function addRequestPhoneVerification(builder: Builder): void {
  const success = builder.objectRef<RequestedPhoneCode>('RequestPhoneVerificationSuccess').implement({
    description: 'A text message with a code is on its way. Earlier codes are no longer valid.',
    fields: (t) => ({
      phoneNumber: t.exposeString('phoneNumber', {
        description: 'The phone number that receives the code, in E.164 format.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the code expires: ten minutes after the request.',
      }),
    }),
  })
  addMutation(builder, {
    name: 'requestPhoneVerification',
    description:
      'Sends a code of six digits to your phone number in a text message. AuthInvalidInputProblem if your account has no phone number, if the number is verified already, or if the service sends no text messages to its country. AuthNotFoundProblem if the service sends no text messages.',
    input: null,
    success,
    problems: [NotFoundProblem, InvalidInputProblem],
    access: signedIn,
    limit: limits.mutation,
    resolve: ({ viewer, context }) =>
      context.flows.requestPhoneVerification(viewer, context.origin, context.limitReport),
  })
}

function addVerifyPhone(builder: Builder, types: Types): void {
  const input = builder.inputType('VerifyPhoneInput', {
    description: 'The code from the text message.',
    fields: (t) => ({
      code: t.string({
        required: true,
        description: 'Six digits; white space is ignored. A code is valid for ten minutes and five tries.',
      }),
    }),
  })
  const success = builder.objectRef<{ user: User }>('VerifyPhoneSuccess').implement({
    description: 'The phone number is verified.',
    fields: (t) => ({
      user: t.expose('user', { type: types.user, description: 'The user after the verification.' }),
    }),
  })
  addMutation(builder, {
    name: 'verifyPhone',
    description:
      'Proves that you receive messages at your phone number. Requires the latest code of requestPhoneVerification. A change of the number voids the code.',
    input,
    success,
    problems: [InvalidCodeProblem],
    access: signedIn,
    limit: limits.phoneCode,
    resolve: async ({ input: { code }, viewer, context }) => ({
      user: await context.flows.verifyPhone(code, viewer, context.origin),
    }),
  })
}
