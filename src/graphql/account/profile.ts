import {
  AccountLockedProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  ReauthenticationRequiredProblem,
  UsernameTakenProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import { signedIn } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { localeField, phoneNumberField, usernameField } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'

/** The mutations by which users change their profile and delete their account. */
export function addProfile(builder: Builder, types: Types): void {
  addUpdateProfile(builder, types)
  addDeleteAccount(builder)
}

function addUpdateProfile(builder: Builder, types: Types): void {
  const input = builder.inputType('UpdateProfileInput', {
    description: 'Changes to the profile. An absent field stays unchanged; null clears it.',
    fields: (t) => ({
      username: t.string(usernameField),
      firstName: t.string({ description: 'Plain text, at most 50 characters, stored as written.' }),
      lastName: t.string({ description: 'Plain text, at most 50 characters, stored as written.' }),
      phoneNumber: t.string({
        description: `${phoneNumberField.description} A changed number is no longer verified.`,
      }),
      locale: t.string(localeField),
      preferences: t.field({
        type: 'JSONObject',
        description: 'Settings of the application, at most 8 kB. Replaced as a whole.',
      }),
    }),
  })
  const success = builder.objectRef<{ user: User }>('UpdateProfileSuccess').implement({
    description: 'The profile was changed.',
    fields: (t) => ({
      user: t.expose('user', { type: types.user, description: 'The user after the change.' }),
    }),
  })
  addMutation(builder, {
    name: 'updateProfile',
    description: 'Changes your own profile.',
    input,
    success,
    problems: [InvalidInputProblem, UsernameTakenProblem],
    access: signedIn,
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      user: await context.flows.updateProfile(input, viewer, context.origin),
    }),
  })
}

function addDeleteAccount(builder: Builder): void {
  const input = builder.inputType('DeleteAccountInput', {
    description: 'Confirms the deletion with the current password.',
    fields: (t) => ({
      currentPassword: t.string({ required: true, description: 'Current password of the account.' }),
    }),
  })
  const success = builder.objectRef<{ userId: string }>('DeleteAccountSuccess').implement({
    description:
      'The account and its personal data were deleted. Its e-mail address and username can be registered again.',
    fields: (t) => ({ userId: t.exposeID('userId', { description: 'Id of the deleted user.' }) }),
  })
  addMutation(builder, {
    name: 'deleteAccount',
    description:
      'Deletes your account. This cannot be undone. The last administrator cannot delete their account (AuthInvalidInputProblem). Requires recent reauthentication with two factors if the account has a second factor.',
    input,
    success,
    problems: [
      ReauthenticationRequiredProblem,
      InvalidCredentialsProblem,
      AccountLockedProblem,
      InvalidInputProblem,
    ],
    access: signedIn,
    limit: limits.credentials,
    checksCredentials: true,
    resolve: async ({ input, viewer, context }) => {
      const { userId, transport } = await context.flows.deleteAccount(
        input.currentPassword,
        viewer,
        context.origin,
      )
      if (transport !== 'BODY') context.cookies.clear()
      return { userId }
    },
  })
}
