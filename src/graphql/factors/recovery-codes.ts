import { NotFoundProblem, ReauthenticationRequiredProblem } from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'

/** The mutation `regenerateRecoveryCodes`. */
export function addRecoveryCodes(builder: Builder): void {
  const success = builder
    .objectRef<{ recoveryCodes: readonly string[] }>('RegenerateRecoveryCodesSuccess')
    .implement({
      description: 'All earlier recovery codes are void.',
      fields: (t) => ({
        recoveryCodes: t.field({
          type: ['String'],
          description:
            'Ten recovery codes of 80 bits, each for one sign-in without another factor. Shown once: they are stored as hashes.',
          resolve: ({ recoveryCodes }) => [...recoveryCodes],
        }),
      }),
    })
  addMutation(builder, {
    name: 'regenerateRecoveryCodes',
    description:
      'Replaces your recovery codes with ten new ones, and mails you that. Requires recent reauthentication. AuthNotFoundProblem without a second factor.',
    input: null,
    success,
    problems: [NotFoundProblem, ReauthenticationRequiredProblem],
    access: signedIn,
    limit: limits.credentials,
    checksCredentials: true,
    resolve: async ({ viewer, context }) => ({
      recoveryCodes: await context.flows.regenerateRecoveryCodes(viewer, context.origin),
    }),
  })
}
