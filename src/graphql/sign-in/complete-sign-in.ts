import {
  AccountDisabledProblem,
  AccountLockedProblem,
  InvalidCodeProblem,
  InvalidInputProblem,
  InvalidPasskeyProblem,
  InvalidTokenProblem,
  SessionLimitProblem,
} from '../../domain/problems.ts'
import type {
  EmailUnverified,
  MfaEnrolmentRequired,
  PasswordExpired,
} from '../../flows/sign-in/login-answer.ts'
import type { SignedIn } from '../../flows/sign-in/signed-in.ts'
import { addResult } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

type CompletedSignIn = SignedIn | MfaEnrolmentRequired | PasswordExpired | EmailUnverified

const typeNames = {
  SIGNED_IN: 'LoginSuccess',
  MFA_ENROLMENT_REQUIRED: 'MfaEnrolmentRequired',
  PASSWORD_EXPIRED: 'PasswordExpired',
  EMAIL_VERIFICATION_REQUIRED: 'EmailVerificationRequired',
} as const satisfies Record<CompletedSignIn['kind'], string>

export type CompleteSignIn = ReturnType<typeof addCompleteSignIn>

/** CompleteSignInResult, which the mutations that end a sign-in in several steps share. */
export function addCompleteSignIn(builder: Builder, types: Types) {
  const success = {
    types: [types.loginSuccess, types.mfaEnrolmentRequired, types.passwordExpired, types.emailUnverified],
    typeOf: ({ kind }: CompletedSignIn) => typeNames[kind],
  }
  const problems = [
    InvalidCodeProblem,
    InvalidPasskeyProblem,
    InvalidTokenProblem,
    AccountLockedProblem,
    AccountDisabledProblem,
    SessionLimitProblem,
    InvalidInputProblem,
  ]
  const description = 'The end of a sign-in in several steps.'
  return {
    success,
    problems,
    result: addResult(builder, 'CompleteSignInResult', description, { success, problems }),
  }
}
