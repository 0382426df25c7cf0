import {
  InvalidInputProblem,
  NotFoundProblem,
  RateLimitedProblem,
  ReauthenticationRequiredProblem,
} from '../../domain/problems.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { User } from '../../domain/users/user.ts'
import type { Builder } from '../edge/builder.ts'
import { actingUserWith, actingWith, type GraphqlContext } from '../edge/context.ts'
import type { Types } from '../edge/types.ts'

/** The mutations on other people's accounts. */
export function addAdministration(builder: Builder, types: Types): void {
  const success = addSuccess(builder, types)
  addSetUserRole(builder, types, success)
  addLockUser(builder, success)
  addUnlockUser(builder, success)
  addSetUserActive(builder, success)
  addRevokeUserSessions(builder)
}

function addSuccess(builder: Builder, types: Types) {
  return builder.objectRef<{ user: User }>('UserChangeSuccess').implement({
    description: 'The account is as it was asked for, for every process within a second.',
    fields: (t) => ({ user: t.expose('user', { type: types.user, description: 'The user as of now.' }) }),
  })
}

type Success = ReturnType<typeof addSuccess>

const whom = {
  required: true,
  description: "The id of a user of your own tenant; a moderator's have a role below his own.",
} as const
const optionalReason = { description: 'Why, for the audit log; at most 500 characters.' } as const
const reason = { required: true, description: 'Why, for the audit log; 1 to 500 characters.' } as const

/** What the rest of the operation sees of the user is the user as of now. */
function changed(context: GraphqlContext, user: User): { user: User } {
  context.users.clear(user.id).prime(user.id, user)
  return { user }
}

function addSetUserRole(builder: Builder, types: Types, success: Success): void {
  const input = builder.inputType('SetUserRoleInput', {
    description: 'Who is to be what.',
    fields: (t) => ({
      userId: t.id(whom),
      role: t.field({ type: types.userRole, required: true, description: 'What the user is to be.' }),
      reason: t.string(optionalReason),
    }),
  })
  const result = builder.errorUnion('SetUserRoleResult', {
    description: 'What setUserRole answers.',
    types: [
      success,
      ReauthenticationRequiredProblem,
      NotFoundProblem,
      InvalidInputProblem,
      RateLimitedProblem,
    ],
    resolveType: () => 'UserChangeSuccess',
  })
  builder.mutationField('setUserRole', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Changes what somebody else may do at large. The access tokens of that user are refused, the next refresh carries the new role. Wants a fresh proof of your password (reauthenticate). Wants the permission roles:write.',
      args: { input: t.arg({ type: input, required: true, description: 'Whom, and why.' }) },
      authScopes: { actingWith: 'roles:write' },
      rateLimit: limits.mutation,
      resolve: async (_root, args, context) => {
        const viewer = actingUserWith(context, 'roles:write')
        return changed(context, await context.flows.setUserRole(args.input, viewer, context.origin))
      },
    }),
  )
}

function addLockUser(builder: Builder, success: Success): void {
  const input = builder.inputType('LockUserInput', {
    description: 'Whom to keep out, until when, and why.',
    fields: (t) => ({
      userId: t.id(whom),
      until: t.field({
        type: 'DateTime',
        description: 'When the lock ends by itself; null locks until somebody unlocks.',
      }),
      reason: t.string(reason),
    }),
  })
  const result = builder.errorUnion('LockUserResult', {
    description: 'What lockUser answers.',
    types: [success, NotFoundProblem, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'UserChangeSuccess',
  })
  builder.mutationField('lockUser', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        'Keeps somebody else out and ends all sessions of that account. Wants the permission users:lock.',
      args: { input: t.arg({ type: input, required: true, description: 'Whom, and why.' }) },
      authScopes: { actingWith: 'users:lock' },
      rateLimit: limits.mutation,
      resolve: async (_root, args, context) => {
        const viewer = actingWith(context, 'users:lock')
        return changed(context, await context.flows.lockUser(args.input, viewer, context.origin))
      },
    }),
  )
}

function addUnlockUser(builder: Builder, success: Success): void {
  const input = builder.inputType('UnlockUserInput', {
    description: 'Whom to let in again.',
    fields: (t) => ({
      userId: t.id(whom),
      reason: t.string(optionalReason),
    }),
  })
  const result = builder.errorUnion('UnlockUserResult', {
    description: 'What unlockUser answers.',
    types: [success, NotFoundProblem, RateLimitedProblem],
    resolveType: () => 'UserChangeSuccess',
  })
  builder.mutationField('unlockUser', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        "Lets somebody else in again, after an administrator's lock and after too many wrong passwords alike. Wants the permission users:lock.",
      args: { input: t.arg({ type: input, required: true, description: 'Whom, and why.' }) },
      authScopes: { actingWith: 'users:lock' },
      rateLimit: limits.mutation,
      resolve: async (_root, args, context) => {
        const viewer = actingWith(context, 'users:lock')
        return changed(context, await context.flows.unlockUser(args.input, viewer, context.origin))
      },
    }),
  )
}

function addSetUserActive(builder: Builder, success: Success): void {
  const input = builder.inputType('SetUserActiveInput', {
    description: 'Whose account to deactivate or to bring back.',
    fields: (t) => ({
      userId: t.id(whom),
      active: t.boolean({ required: true, description: 'False deactivates, true brings back.' }),
      reason: t.string(optionalReason),
    }),
  })
  const result = builder.errorUnion('SetUserActiveResult', {
    description: 'What setUserActive answers.',
    types: [success, NotFoundProblem, InvalidInputProblem, RateLimitedProblem],
    resolveType: () => 'UserChangeSuccess',
  })
  builder.mutationField('setUserActive', (t) =>
    t.field({
      type: result,
      nullable: true,
      description:
        "Deactivates somebody else's account, which ends all its sessions, or brings it back. Wants the permission users:write.",
      args: { input: t.arg({ type: input, required: true, description: 'Whom, and why.' }) },
      authScopes: { actingWith: 'users:write' },
      rateLimit: limits.mutation,
      resolve: async (_root, args, context) => {
        const viewer = actingWith(context, 'users:write')
        return changed(context, await context.flows.setUserActive(args.input, viewer, context.origin))
      },
    }),
  )
}

function addRevokeUserSessions(builder: Builder): void {
  const input = builder.inputType('RevokeUserSessionsInput', {
    description: 'Whom to sign out, and why.',
    fields: (t) => ({ userId: t.id(whom), reason: t.string(reason) }),
  })
  const success = builder.objectRef<{ revokedSessions: number }>('RevokeUserSessionsSuccess').implement({
    description: 'The user is signed out everywhere, for every process within a second.',
    fields: (t) => ({ revokedSessions: t.exposeInt('revokedSessions', { description: 'How many ended.' }) }),
  })
  const result = builder.errorUnion('RevokeUserSessionsResult', {
    description: 'What revokeUserSessions answers.',
    types: [success, NotFoundProblem, RateLimitedProblem],
    resolveType: () => 'RevokeUserSessionsSuccess',
  })
  builder.mutationField('revokeUserSessions', (t) =>
    t.field({
      type: result,
      nullable: true,
      description: 'Signs somebody out everywhere. Wants the permission sessions:revoke.',
      args: { input: t.arg({ type: input, required: true, description: 'Whom, and why.' }) },
      authScopes: { actingWith: 'sessions:revoke' },
      rateLimit: limits.mutation,
      resolve: async (_root, args, context) => {
        const viewer = actingWith(context, 'sessions:revoke')
        return { revokedSessions: await context.flows.revokeUserSessions(args.input, viewer, context.origin) }
      },
    }),
  )
}
