import {
  InvalidInputProblem,
  NotFoundProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { permitted, permittedUser } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { administrativeProofText } from '../edge/proof-text.ts'
import type { Types } from '../edge/types.ts'
import { changed } from './changed-user.ts'

/** The mutations on accounts of other users. */
export function addAdministration(builder: Builder, types: Types): void {
  addSuccess(types)
  const success = types.userChange
  addSetUserRole(builder, types, success)
  addLockUser(builder, success)
  addUnlockUser(builder, success)
  addSetUserActive(builder, success)
  addSetPasswordExpiry(builder, success)
  addResetUserFactors(builder, success)
  addRevokeUserSessions(builder)
}

function addSuccess(types: Types): void {
  types.userChange.implement({
    description: 'The account was changed. Every process applies the change within a second.',
    fields: (t) => ({
      user: t.expose('user', { type: types.user, description: 'The user after the change.' }),
    }),
  })
}

type Success = Types['userChange']

const userId = {
  required: true,
  description:
    'Id of another user of your tenant. Moderators can only act on users with a lower role than their own.',
} as const
const optionalReason = { description: 'Reason for the audit log; at most 500 characters.' } as const
const reason = { required: true, description: 'Reason for the audit log; 1 to 500 characters.' } as const

function addSetUserRole(builder: Builder, types: Types, success: Success): void {
  const input = builder.inputType('SetUserRoleInput', {
    description: 'The user and their new role.',
    fields: (t) => ({
      userId: t.id(userId),
      role: t.field({ type: types.userRole, required: true, description: 'New role of the user.' }),
      reason: t.string(optionalReason),
    }),
  })
  addMutation(builder, {
    name: 'setUserRole',
    description: `Changes the role of another user. The access tokens of that user are refused from then on; the next refresh carries the new role. Requires the permission roles:write and ${administrativeProofText}`,
    input,
    success,
    problems: [ReauthenticationRequiredProblem, NotFoundProblem, InvalidInputProblem],
    access: permittedUser('roles:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.setUserRole(input, viewer, context.origin)),
  })
}

function addResetUserFactors(builder: Builder, success: Success): void {
  const input = builder.inputType('ResetUserFactorsInput', {
    description: 'The user who lost their second factors.',
    fields: (t) => ({ userId: t.id(userId), reason: t.string(reason) }),
  })
  addMutation(builder, {
    name: 'resetUserFactors',
    description: `Removes all second factors, recovery codes and remembered devices of another user who lost them, ends their sessions and mails them. Check their identity in another way first (OWASP ASVS 6.4.4). If the policy requires a factor of the account, the next sign-in requires its enrolment. Requires the permission users:write and ${administrativeProofText}`,
    input,
    success,
    problems: [ReauthenticationRequiredProblem, NotFoundProblem, InvalidInputProblem],
    access: permittedUser('users:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.resetUserFactors(input, viewer, context.origin)),
  })
}

function addLockUser(builder: Builder, success: Success): void {
  const input = builder.inputType('LockUserInput', {
    description: 'The user to lock, for how long and why.',
    fields: (t) => ({
      userId: t.id(userId),
      until: t.field({
        type: 'DateTime',
        description: 'When the lock ends, in the future. Null locks until an administrator unlocks.',
      }),
      reason: t.string(reason),
    }),
  })
  addMutation(builder, {
    name: 'lockUser',
    description:
      'Locks the account of another user: ends all of its sessions and refuses sign-ins. Requires the permission users:lock.',
    input,
    success,
    problems: [NotFoundProblem, InvalidInputProblem],
    access: permitted('users:lock'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.lockUser(input, viewer, context.origin)),
  })
}

function addUnlockUser(builder: Builder, success: Success): void {
  const input = builder.inputType('UnlockUserInput', {
    description: 'The user to unlock.',
    fields: (t) => ({ userId: t.id(userId), reason: t.string(optionalReason) }),
  })
  addMutation(builder, {
    name: 'unlockUser',
    description:
      "Unlocks the account of another user, after an administrator's lock and after too many wrong passwords. Requires the permission users:lock.",
    input,
    success,
    problems: [NotFoundProblem],
    access: permitted('users:lock'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.unlockUser(input, viewer, context.origin)),
  })
}

function addSetUserActive(builder: Builder, success: Success): void {
  const input = builder.inputType('SetUserActiveInput', {
    description: 'The user whose account is deactivated or reactivated.',
    fields: (t) => ({
      userId: t.id(userId),
      active: t.boolean({
        required: true,
        description: 'False deactivates the account, true reactivates it.',
      }),
      reason: t.string(optionalReason),
    }),
  })
  addMutation(builder, {
    name: 'setUserActive',
    description:
      'Deactivates the account of another user, which ends all of its sessions, or reactivates it. Requires the permission users:write.',
    input,
    success,
    problems: [NotFoundProblem, InvalidInputProblem],
    access: permitted('users:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.setUserActive(input, viewer, context.origin)),
  })
}

function addSetPasswordExpiry(builder: Builder, success: Success): void {
  const input = builder.inputType('SetPasswordExpiryInput', {
    description: 'The user, and when their password expires.',
    fields: (t) => ({
      userId: t.id(userId),
      expiresAt: t.field({
        type: 'DateTime',
        description:
          'When the password expires. A time in the past requires a new password at the next sign-in. Null leaves it to the password policy. If the maximum age of the policy ends earlier, that time counts.',
      }),
      reason: t.string(optionalReason),
    }),
  })
  addMutation(builder, {
    name: 'setPasswordExpiry',
    description: `Sets when the password of another user expires. From then on, a sign-in with it returns PasswordExpired; sessions continue. A new password removes the date. The user gets a reminder before that time, as with the maximum age. Requires the permission users:write and ${administrativeProofText}`,
    input,
    success,
    problems: [ReauthenticationRequiredProblem, NotFoundProblem, InvalidInputProblem],
    access: permittedUser('users:write'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) =>
      changed(context, await context.flows.setPasswordExpiry(input, viewer, context.origin)),
  })
}

function addRevokeUserSessions(builder: Builder): void {
  const input = builder.inputType('RevokeUserSessionsInput', {
    description: 'The user whose sessions end, and why.',
    fields: (t) => ({ userId: t.id(userId), reason: t.string(reason) }),
  })
  const success = builder.objectRef<{ revokedSessions: number }>('RevokeUserSessionsSuccess').implement({
    description:
      'All sessions and API keys of the user have ended. Every process applies this within a second.',
    fields: (t) => ({
      revokedSessions: t.exposeInt('revokedSessions', { description: 'Number of sessions that were ended.' }),
    }),
  })
  addMutation(builder, {
    name: 'revokeUserSessions',
    description: 'Ends all sessions and API keys of another user. Requires the permission sessions:revoke.',
    input,
    success,
    problems: [NotFoundProblem],
    access: permitted('sessions:revoke'),
    limit: limits.mutation,
    resolve: async ({ input, viewer, context }) => ({
      revokedSessions: await context.flows.revokeUserSessions(input, viewer, context.origin),
    }),
  })
}
