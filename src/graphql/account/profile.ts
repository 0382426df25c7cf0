import {
  AccountLockedProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  RateLimitedProblem,
  UsernameTakenProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { Builder } from '../edge/builder.ts'
import { actingViewerOf } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** What a user changes about himself, and how he leaves. */
export function addProfile(builder: Builder, types: Types): void {
  addUpdateProfile(builder, types)
  addDeleteAccount(builder)
}

function addUpdateProfile(builder: Builder, types: Types): void {
  const input = builder.inputType('UpdateProfileInput', {
    description: 'An absent field stays as it is; null clears it.',
    fields: (t) => ({
      username: t.string({
        description:
          '3 to 32 letters, digits, underscores, dots or hyphens; unique without regard to case, public.',
      }),
      firstName: t.string({ description: 'Plain text of at most 50 characters, stored as written.' }),
      lastName: t.string({ description: 'Plain text of at most 50 characters, stored as written.' }),
      phoneNumber: t.string({ description: 'E.164; a changed one is not verified any more.' }),
      preferences: t.field({
        type: 'JSONObject',
        description: "The client's own settings: an object of at most 8 kB, replaced as a whole.",
      }),
    }),
  })
  const success = builder.objectRef<{ user: User }>('UpdateProfileSuccess').implement({
    description: 'The profile has been changed.',
    fields: (t) => ({ user: t.expose('user', { type: types.user, description: 'The user as of now.' }) }),
  })
  const result = builder.errorUnion('UpdateProfileResult', {
    description: 'What updateProfile answers.',
    types: [success, InvalidInputProblem, UsernameTakenProblem, RateLimitedProblem],
    resolveType: () => 'UpdateProfileSuccess',
  })
  builder.mutationField('updateProfile', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Changes what you say of yourself.',
      args: { input: t.arg({ type: input, required: true, description: 'What is to change.' }) },
      authScopes: { acting: true },
      rateLimit: limits.mutation,
      resolve: async (_root, args, context) => ({
        user: await context.flows.updateProfile(args.input, actingViewerOf(context), context.origin),
      }),
    }),
  )
}

function addDeleteAccount(builder: Builder): void {
  const input = builder.inputType('DeleteAccountInput', {
    description: 'A proof that it is you who leaves.',
    fields: (t) => ({
      currentPassword: t.string({ required: true, description: 'The password of the account, once more.' }),
    }),
  })
  const success = builder.objectRef<{ userId: string }>('DeleteAccountSuccess').implement({
    description: 'The account is gone, and with it what was personal; address and username are free again.',
    fields: (t) => ({ userId: t.exposeID('userId', { description: 'The id that was.' }) }),
  })
  const result = builder.errorUnion('DeleteAccountResult', {
    description: 'What deleteAccount answers.',
    types: [
      success,
      InvalidCredentialsProblem,
      AccountLockedProblem,
      InvalidInputProblem,
      RateLimitedProblem,
    ],
    resolveType: () => 'DeleteAccountSuccess',
  })
  builder.mutationField('deleteAccount', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Removes your account. There is no way back. Refused to the last administrator.',
      args: { input: t.arg({ type: input, required: true, description: 'The proof.' }) },
      authScopes: { acting: true },
      rateLimit: limits.credentials,
      checksCredentials: true,
      resolve: async (_root, args, context) => {
        const viewer = actingViewerOf(context)
        const userId = await context.flows.deleteAccount(args.input.currentPassword, viewer, context.origin)
        if (viewer.via === 'cookie') context.cookies.clear()
        return { userId }
      },
    }),
  )
}
