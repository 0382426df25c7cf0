import {
  FactorRequiredProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { AuthFactors } from '../../flows/factors/find-auth-factors.ts'
import type { SecondStepSet } from '../../flows/factors/set-second-step.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { FactorTypes } from './auth-factors.ts'

/** The mutations that decide when the second step is required. */
export function addSecondStep(builder: Builder, types: FactorTypes): void {
  addSetSecondStep(builder, types)
  addForgetRememberedDevices(builder, types)
}

function addSetSecondStep(builder: Builder, { authFactors }: FactorTypes): void {
  const input = builder.inputType('SetSecondStepInput', {
    description: 'Your choice.',
    fields: (t) => ({
      required: t.boolean({
        required: true,
        description:
          'Whether a password sign-in requires a second step although passkeys are your only factors. With an authenticator app it always does.',
      }),
    }),
  })
  const success = builder.objectRef<SecondStepSet>('SetSecondStepSuccess').implement({
    description: 'The choice is stored. It applies to the next sign-in.',
    fields: (t) => ({
      factors: t.expose('factors', { type: authFactors, description: 'Your factors after the change.' }),
      recoveryCodes: t.field({
        type: ['String'],
        nullable: true,
        description:
          'Ten recovery codes, shown once. Null if you have unused ones, or require no second step.',
        resolve: ({ recoveryCodes }) => (recoveryCodes === null ? null : [...recoveryCodes]),
      }),
    }),
  })
  addMutation(builder, {
    name: 'setSecondStep',
    description:
      'Chooses whether a password sign-in requires a second step (see AuthFactors.secondStepRequired). Every device on which the second step is skipped is forgotten. A change is mailed to you. Requires recent reauthentication with a second factor (reauthenticateWith). FactorRequiredProblem if the policy requires the second step; AuthNotFoundProblem without a factor.',
    input,
    success,
    problems: [FactorRequiredProblem, NotFoundProblem, ReauthenticationRequiredProblem],
    access: signedIn,
    limit: limits.credentials,
    checksCredentials: true,
    resolve: ({ input, viewer, context }) =>
      context.flows.setSecondStep(input.required, viewer, context.origin),
  })
}

function addForgetRememberedDevices(builder: Builder, { authFactors }: FactorTypes): void {
  const success = builder.objectRef<{ factors: AuthFactors }>('ForgetRememberedDevicesSuccess').implement({
    description: 'Every device requires the second step again.',
    fields: (t) => ({
      factors: t.expose('factors', { type: authFactors, description: 'Your factors after the change.' }),
    }),
  })
  addMutation(builder, {
    name: 'forgetRememberedDevices',
    description: 'Requires the second step again on every device on which it is skipped.',
    input: null,
    success,
    problems: [],
    access: signedIn,
    limit: limits.mutation,
    resolve: async ({ viewer, context }) => {
      const factors = await context.flows.forgetRememberedDevices(viewer, context.origin)
      context.cookies.forgetDevice()
      return { factors }
    },
  })
}
