'use client'

import { useState } from 'react'
import { askOperation } from './ask-operation.ts'
import type { AuthClient } from './auth-client.ts'
import type { EnrollableFactor, MfaMethod } from './generated/graphql.ts'

/** What a sign-in still requires after the right password. */
export type SignInStep =
  | {
      readonly __typename: 'MfaChallenge'
      readonly challengeToken: string
      readonly methods: readonly MfaMethod[]
      /** For `askForPasskey`. */
      readonly passkeyOptions?: object | null
    }
  | {
      readonly __typename: 'MfaEnrolmentRequired'
      readonly enrolmentToken: string
      readonly enrollable: readonly EnrollableFactor[]
    }
  | {
      /** A factor was enrolled on the way in: show the codes, then `complete()`. */
      readonly __typename: 'ConfirmTotpSuccess' | 'FinishPasskeyRegistrationSuccess'
      readonly challengeToken: string
      readonly recoveryCodes?: readonly string[] | null
    }

/** One proof of the second factor; none after an enrolment. */
export interface SecondFactorProof {
  readonly code?: string
  readonly recoveryCode?: string
  /** The result of `askForPasskey`. */
  readonly passkey?: object
  /** Skips the second step on this device, if MFA_REMEMBER_DEVICE_DAYS allows it. */
  readonly rememberDevice?: boolean
}

/** The result of a mutation: its type and, for a problem or a further step, what to tell the user. */
export interface StepResult {
  readonly __typename: string
  /** Of a problem, for example INVALID_CODE. */
  readonly code?: string
  readonly message?: string
  readonly attemptsLeft?: number | null
  /** Of PasswordExpired: for resetPassword. */
  readonly resetToken?: string
}

/** The result of `startApp`. */
export interface StartedApp extends StepResult {
  /** Base32. Null: see `message`. */
  readonly secret?: string
  /** The same as an `otpauth://` URI, and as an SVG image. */
  readonly uri?: string
  readonly qrCodeSvg?: string
}

/** What `useSignInSteps` returns. Its functions throw GatehouseUnavailable. */
export interface SignInSteps {
  /** The step that the user has to take; null if there is none. */
  readonly step: SignInStep | null
  /** Takes the result of `login`, `register` or `addPasskey`. Returns whether it is a step. */
  readonly begin: (result: object | null | undefined) => boolean
  /** Sends the proof of a challenge. With LoginSuccess the session begins; with InvalidTokenProblem the sign-in starts again. */
  readonly complete: (proof?: SecondFactorProof) => Promise<StepResult>
  /** Begins the enrolment of an authenticator app. */
  readonly startApp: () => Promise<StartedApp>
  /** Finishes it with the first code; on success `step` has the recovery codes. */
  readonly confirmApp: (code: string) => Promise<StepResult>
  /** Gives the sign-in up. */
  readonly cancel: () => void
}

/** The steps of a sign-in between the right password and the session. */
export function useStepsOf(client: AuthClient): SignInSteps {
  const [step, setStep] = useState<SignInStep | null>(null)
  const begin = (result: object | null | undefined) => {
    const next = isStep(result) ? result : null
    if (next !== null) setStep(next)
    return next !== null
  }
  // With BODY an enrolmentToken is bound to the device.
  const enrol = <T extends StepResult>(name: 'startTotpEnrolment' | 'confirmTotp', input: object) =>
    askOperation<T>(client, name, {
      input: { ...tokenOf(step, 'enrolmentToken'), device: client.options.device, ...input },
    })
  return {
    step,
    begin,
    complete: async (proof = {}) => {
      const input = { ...tokenOf(step, 'challengeToken'), ...proof }
      const result = await askOperation<StepResult>(client, 'completeMfaChallenge', { input })
      if (/Success|Expired|InvalidToken/.test(result.__typename)) setStep(null)
      begin(result)
      return result
    },
    startApp: () => enrol<StartedApp>('startTotpEnrolment', {}),
    confirmApp: async (code) => {
      const result = await enrol('confirmTotp', { code })
      begin(result)
      return result
    },
    cancel: () => setStep(null),
  }
}

function isStep(result: object | null | undefined): result is SignInStep {
  return ['challengeToken', 'enrolmentToken'].some((name) => Object(result)[name])
}

function tokenOf(step: object | null, name: string) {
  return { [name]: Object(step)[name] }
}
