import {
  AccountDisabledProblem,
  AccountLockedProblem,
  DeviceMismatchProblem,
  EmailTakenProblem,
  type InputIssue,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidRefreshTokenProblem,
  InvalidTokenProblem,
  NotFoundProblem,
  PasswordReusedProblem,
  type Problem,
  RateLimitedProblem,
  ReauthenticationRequiredProblem,
  RefreshTokenReusedProblem,
  SessionLimitProblem,
  UsernameTakenProblem,
  WeakPasswordProblem,
} from '../../domain/problems.ts'
import type { Builder } from './builder.ts'
import { problemCodeValues } from './problem-codes.ts'
import type { Types } from './types.ts'

/** AuthProblem, which all problems implement. */
function addAuthProblem(builder: Builder) {
  const code = builder.enumType('AuthProblemCode', {
    description:
      'What went wrong, for programs. The list grows: show the message of a value that you do not know.',
    values: problemCodeValues,
  })
  return builder.interfaceRef<Problem>('AuthProblem').implement({
    description:
      'Something that a caller can expect to go wrong. Spread `... on AuthProblem { code message }` last in every union.',
    fields: (t) => ({
      code: t.expose('code', { type: code, description: 'For programs.' }),
      message: t.exposeString('message', { description: 'For people, in English, with what to do next.' }),
    }),
  })
}

/** The problems that the unions of mutations have as members. */
export function addProblemTypes(builder: Builder, types: Types): void {
  const interfaces = [addAuthProblem(builder)]
  builder.objectType(InvalidCredentialsProblem, {
    name: 'InvalidCredentialsProblem',
    description: 'The identifier or the password is wrong; which of them is not told.',
    interfaces,
  })
  builder.objectType(EmailTakenProblem, {
    name: 'EmailTakenProblem',
    description: 'The address already has an account.',
    interfaces,
  })
  builder.objectType(UsernameTakenProblem, {
    name: 'UsernameTakenProblem',
    description: 'The username belongs to somebody else.',
    interfaces,
  })
  builder.objectType(InvalidRefreshTokenProblem, {
    name: 'InvalidRefreshTokenProblem',
    description: 'The refresh token is unknown, expired or of a session that has ended: sign in again.',
    interfaces,
  })
  builder.objectType(RefreshTokenReusedProblem, {
    name: 'RefreshTokenReusedProblem',
    description:
      'An already rotated refresh token came back after the grace window, or from another device: its session has been revoked (RFC 9700, section 4.14.2).',
    interfaces,
  })
  builder.objectType(DeviceMismatchProblem, {
    name: 'DeviceMismatchProblem',
    description:
      'The refresh token came from another device and the configuration binds sessions to theirs: the session has been revoked.',
    interfaces,
  })
  builder.objectType(InvalidTokenProblem, {
    name: 'InvalidTokenProblem',
    description: 'An unknown, used or expired one-time token: one answer for all three.',
    interfaces,
  })
  builder.objectType(NotFoundProblem, {
    name: 'AuthNotFoundProblem',
    description: 'There is no such thing, or it is not yours: the two look the same.',
    interfaces,
  })
  builder.objectType(AccountDisabledProblem, {
    name: 'AccountDisabledProblem',
    description: 'The password was right; an administrator has deactivated the account.',
    interfaces,
  })
  addInvalidInput(builder, interfaces)
  addWeakPassword(builder, types, interfaces)
  addLimits(builder, interfaces)
}

type Interfaces = ReturnType<typeof addAuthProblem>[]

function addInvalidInput(builder: Builder, interfaces: Interfaces): void {
  const issue = builder.objectRef<InputIssue>('AuthInputIssue').implement({
    description: 'One thing that is wrong with an input.',
    fields: (t) => ({
      path: t.field({
        type: ['String'],
        description: 'Where in the input, for example ["email"].',
        resolve: ({ path }) => [...path],
      }),
      code: t.exposeString('code', { description: 'For programs, for example INVALID_EMAIL or TOO_LONG.' }),
      message: t.exposeString('message', { description: 'For people: what the field wants.' }),
    }),
  })
  builder.objectType(InvalidInputProblem, {
    name: 'AuthInvalidInputProblem',
    description: 'Some of the input is not valid; nothing was changed.',
    interfaces,
    fields: (t) => ({
      issues: t.field({
        type: [issue],
        description: 'Everything that is wrong, not just the first.',
        resolve: ({ issues }) => [...issues],
      }),
    }),
  })
}

function addWeakPassword(builder: Builder, types: Types, interfaces: Interfaces): void {
  builder.objectType(PasswordReusedProblem, {
    name: 'PasswordReusedProblem',
    description: 'The new password is the present one or one of the last ones; nothing was changed.',
    interfaces,
    fields: (t) => ({
      historySize: t.exposeInt('historySize', {
        description: 'Among how many of the last passwords it must not be.',
      }),
    }),
  })
  builder.objectType(WeakPasswordProblem, {
    name: 'WeakPasswordProblem',
    description: 'The new password does not meet the policy; nothing was changed.',
    interfaces,
    fields: (t) => ({
      score: t.exposeInt('score', { description: '0 (worst) to 4.' }),
      unmet: t.field({
        type: [types.passwordRequirement],
        description: 'What it lacks.',
        resolve: ({ unmet }) => [...unmet],
      }),
      suggestions: t.field({
        type: ['String'],
        description: 'For people: how to make it better.',
        resolve: ({ suggestions }) => [...suggestions],
      }),
    }),
  })
}

function addLimits(builder: Builder, interfaces: Interfaces): void {
  builder.objectType(RateLimitedProblem, {
    name: 'AuthRateLimitedProblem',
    description: 'Too many calls of this kind; nothing was done.',
    interfaces,
    fields: (t) => ({
      limit: t.exposeInt('limit', { description: 'How many calls the window allows.' }),
      remaining: t.exposeInt('remaining', { description: 'How many are left in it.' }),
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
        description: 'Seconds until a call can succeed.',
      }),
      resetsAt: t.expose('resetsAt', {
        type: 'DateTime',
        description: 'When the whole budget is there again.',
      }),
    }),
  })
  builder.objectType(AccountLockedProblem, {
    name: 'AccountLockedProblem',
    description:
      "After too many failures: answered alike for identifiers with and without an account. An administrator's lock shows only after the right password.",
    interfaces,
    fields: (t) => ({
      unlocksAt: t.expose('unlocksAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the lock ends by itself; null until an administrator unlocks.',
      }),
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
        nullable: true,
        description: 'Seconds until then; null until an administrator unlocks.',
      }),
    }),
  })
  builder.objectType(SessionLimitProblem, {
    name: 'SessionLimitProblem',
    description: 'The password was right; the account has as many sessions as it may have.',
    interfaces,
    fields: (t) => ({ limit: t.exposeInt('limit', { description: 'How many it may have.' }) }),
  })
  builder.objectType(ReauthenticationRequiredProblem, {
    name: 'ReauthenticationRequiredProblem',
    description:
      "The session's last proof of the password is too old for this: reauthenticate, then repeat. Nothing was changed.",
    interfaces,
    fields: (t) => ({
      maxAgeSeconds: t.exposeInt('maxAgeSeconds', { description: 'How old the proof may be, in seconds.' }),
    }),
  })
}
