import type { ReauthenticationMethod } from '../../domain/factors/reauthentication-policy.ts'
import {
  AccountDisabledProblem,
  AccountLockedProblem,
  DeviceMismatchProblem,
  EmailTakenProblem,
  FactorRequiredProblem,
  type InputIssue,
  InvalidCodeProblem,
  InvalidCredentialsProblem,
  InvalidInputProblem,
  InvalidPasskeyProblem,
  InvalidRefreshTokenProblem,
  InvalidTokenProblem,
  NameTakenProblem,
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
import { passwordScore, passwordSuggestions, unmetRequirements } from './descriptions.ts'
import { addInUse } from './in-use-problem.ts'
import { problemCodeValues } from './problem-codes.ts'
import type { Types } from './types.ts'

/** AuthProblem, which all problems implement. */
function addAuthProblem(builder: Builder) {
  const code = builder.enumType('AuthProblemCode', {
    description:
      'Machine-readable code of a problem. The list grows: for a value that you do not know, display the message.',
    values: problemCodeValues,
  })
  return builder.interfaceRef<Problem>('AuthProblem').implement({
    description:
      'A failure that callers must expect. Spread `... on AuthProblem { code message }` last in the selection of every result, so that new problems do not break clients.',
    fields: (t) => ({
      code: t.expose('code', { type: code, description: 'Machine-readable code.' }),
      message: t.exposeString('message', {
        description: 'Human-readable message in English that says what to do next.',
      }),
    }),
  })
}

/** The problems that are members of the results of mutations. */
export function addProblemTypes(builder: Builder, types: Types): void {
  const interfaces = [addAuthProblem(builder)]
  addPlainProblems(builder, interfaces)
  addInvalidInput(builder, interfaces)
  addPasswordProblems(builder, types, interfaces)
  addLimits(builder, interfaces)
  addReauthentication(builder, types, interfaces)
  addInUse(builder, interfaces)
}

/** The interfaces that every problem implements. */
export type ProblemInterfaces = ReturnType<typeof addAuthProblem>[]

/** The problems with at most one field of their own. */
function addPlainProblems(builder: Builder, interfaces: ProblemInterfaces): void {
  builder.objectType(InvalidCredentialsProblem, {
    ...problemCodeValues.INVALID_CREDENTIALS,
    name: 'InvalidCredentialsProblem',
    interfaces,
    fields: (t) => ({
      attemptsLeft: t.exposeInt('attemptsLeft', {
        nullable: true,
        description:
          'Number of further failures until a lock. Only for a login with the device token of a device that has signed in to this account before; otherwise null.',
      }),
    }),
  })
  builder.objectType(InvalidCodeProblem, {
    ...problemCodeValues.INVALID_CODE,
    name: 'AuthInvalidCodeProblem',
    interfaces,
    fields: (t) => ({
      attemptsLeft: t.exposeInt('attemptsLeft', {
        nullable: true,
        description:
          'Number of further tries before the code or the sign-in ends: 0 to 4. Null if no code is valid, or the text is not well formed, which uses no try.',
      }),
    }),
  })
  builder.objectType(InvalidPasskeyProblem, {
    ...problemCodeValues.INVALID_PASSKEY,
    name: 'InvalidPasskeyProblem',
    interfaces,
  })
  builder.objectType(FactorRequiredProblem, {
    ...problemCodeValues.FACTOR_REQUIRED,
    name: 'FactorRequiredProblem',
    interfaces,
  })
  builder.objectType(EmailTakenProblem, {
    ...problemCodeValues.EMAIL_TAKEN,
    name: 'EmailTakenProblem',
    interfaces,
  })
  builder.objectType(UsernameTakenProblem, {
    ...problemCodeValues.USERNAME_TAKEN,
    name: 'UsernameTakenProblem',
    interfaces,
  })
  builder.objectType(InvalidRefreshTokenProblem, {
    ...problemCodeValues.INVALID_REFRESH_TOKEN,
    name: 'InvalidRefreshTokenProblem',
    interfaces,
  })
  builder.objectType(RefreshTokenReusedProblem, {
    ...problemCodeValues.REFRESH_TOKEN_REUSED,
    name: 'RefreshTokenReusedProblem',
    interfaces,
  })
  builder.objectType(DeviceMismatchProblem, {
    ...problemCodeValues.DEVICE_MISMATCH,
    name: 'DeviceMismatchProblem',
    interfaces,
  })
  builder.objectType(InvalidTokenProblem, {
    ...problemCodeValues.INVALID_TOKEN,
    name: 'InvalidTokenProblem',
    interfaces,
  })
  builder.objectType(NotFoundProblem, {
    ...problemCodeValues.NOT_FOUND,
    name: 'AuthNotFoundProblem',
    interfaces,
  })
  builder.objectType(AccountDisabledProblem, {
    ...problemCodeValues.ACCOUNT_DISABLED,
    name: 'AccountDisabledProblem',
    interfaces,
  })
  builder.objectType(NameTakenProblem, {
    ...problemCodeValues.NAME_TAKEN,
    name: 'AuthNameTakenProblem',
    interfaces,
  })
}

function addInvalidInput(builder: Builder, interfaces: ProblemInterfaces): void {
  const issue = builder.objectRef<InputIssue>('AuthInputIssue').implement({
    description: 'One value of an input that is not valid.',
    fields: (t) => ({
      path: t.field({
        type: ['String'],
        description: 'Path of the value in the input, for example ["email"].',
        resolve: ({ path }) => [...path],
      }),
      code: t.exposeString('code', {
        description: 'Machine-readable code, for example INVALID_EMAIL or TOO_LONG.',
      }),
      message: t.exposeString('message', {
        description: 'Human-readable message in English that says what the field requires.',
      }),
    }),
  })
  builder.objectType(InvalidInputProblem, {
    ...problemCodeValues.INVALID_INPUT,
    name: 'AuthInvalidInputProblem',
    interfaces,
    fields: (t) => ({
      issues: t.field({
        type: [issue],
        description: 'All values that are not valid, not only the first.',
        resolve: ({ issues }) => [...issues],
      }),
    }),
  })
}

function addPasswordProblems(builder: Builder, types: Types, interfaces: ProblemInterfaces): void {
  builder.objectType(PasswordReusedProblem, {
    ...problemCodeValues.PASSWORD_REUSED,
    name: 'PasswordReusedProblem',
    interfaces,
    fields: (t) => ({
      historySize: t.exposeInt('historySize', {
        description:
          'Number of most recent passwords, including the current one, that the new password must differ from.',
      }),
    }),
  })
  builder.objectType(WeakPasswordProblem, {
    ...problemCodeValues.WEAK_PASSWORD,
    name: 'WeakPasswordProblem',
    interfaces,
    fields: (t) => ({
      score: t.exposeInt('score', passwordScore),
      unmet: t.field({
        ...unmetRequirements,
        type: [types.passwordRequirement],
        resolve: ({ unmet }) => [...unmet],
      }),
      suggestions: t.field({
        ...passwordSuggestions,
        type: ['String'],
        resolve: ({ suggestions }) => [...suggestions],
      }),
    }),
  })
}

function addLimits(builder: Builder, interfaces: ProblemInterfaces): void {
  builder.objectType(RateLimitedProblem, {
    ...problemCodeValues.RATE_LIMITED,
    name: 'AuthRateLimitedProblem',
    interfaces,
    fields: (t) => ({
      limit: t.exposeInt('limit', { description: 'Number of calls that the window allows.' }),
      remaining: t.exposeInt('remaining', { description: 'Number of calls left in the window.' }),
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
        nullable: true,
        description:
          'Seconds until a call can succeed. Never null here; nullable like the field of AccountLockedProblem, so that one document can select both.',
      }),
      resetsAt: t.expose('resetsAt', {
        type: 'DateTime',
        description: 'When the whole budget is available again.',
      }),
    }),
  })
  builder.objectType(AccountLockedProblem, {
    ...problemCodeValues.ACCOUNT_LOCKED,
    name: 'AccountLockedProblem',
    interfaces,
    fields: (t) => ({
      unlocksAt: t.expose('unlocksAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the lock ends. Null if it lasts until an administrator unlocks the account.',
      }),
      retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
        nullable: true,
        description:
          'Seconds until the lock ends. Null if it lasts until an administrator unlocks the account.',
      }),
    }),
  })
  builder.objectType(SessionLimitProblem, {
    ...problemCodeValues.SESSION_LIMIT_REACHED,
    name: 'SessionLimitProblem',
    interfaces,
    fields: (t) => ({
      limit: t.exposeInt('limit', { description: 'Maximum number of sessions of the account.' }),
    }),
  })
}

function addReauthentication(builder: Builder, types: Types, interfaces: ProblemInterfaces): void {
  const method = builder.enumType('ReauthenticationMethod', {
    description: 'Proof that reauthenticateWith takes.',
    values: reauthenticationMethodValues,
  })
  builder.objectType(ReauthenticationRequiredProblem, {
    ...problemCodeValues.REAUTHENTICATION_REQUIRED,
    name: 'ReauthenticationRequiredProblem',
    interfaces,
    fields: (t) => ({
      maxAgeSeconds: t.exposeInt('maxAgeSeconds', {
        description: 'Maximum age of the proofs, in seconds.',
      }),
      acceptable: t.field({
        type: [method],
        description:
          'Methods that prove what is missing. PASSKEY alone is enough. If PASSWORD and TOTP are listed together, without a passkey both are required, in either order. Empty if a second factor must be enrolled first.',
        resolve: ({ acceptable }) => [...acceptable],
      }),
      requiredAssurance: t.expose('requiredAssurance', {
        type: types.assuranceLevel,
        description: 'Level that the operation requires: AAL2 if the account has a second factor.',
      }),
    }),
  })
}

const reauthenticationMethodValues = {
  PASSWORD: { description: 'The password.' },
  TOTP: { description: 'A code of the authenticator app.' },
  PASSKEY: { description: 'A passkey. It proves both the authentication and the second factor.' },
} as const satisfies Record<ReauthenticationMethod, { description: string }>
