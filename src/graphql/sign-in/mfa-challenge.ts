import { limits } from '../../domain/rate-limits/limits.ts'
import { anyone } from '../edge/access.ts'
import { addMutation } from '../edge/add-mutation.ts'
import type { Builder } from '../edge/builder.ts'
import { deviceField } from '../edge/descriptions.ts'
import type { Types } from '../edge/types.ts'
import type { CompleteSignIn } from './complete-sign-in.ts'
import { deliverSignIn } from './signed-in.ts'

/** The mutation `completeMfaChallenge`. */
export function addMfaChallenge(builder: Builder, types: Types, completeSignIn: CompleteSignIn): void {
  const input = builder.inputType('CompleteMfaChallengeInput', {
    description:
      'Exactly one of `code`, `recoveryCode` and `passkey`; none after an enrolment during the sign-in (issue ONE_PROOF). Transport, remember-me and tenant are those of the login.',
    fields: (t) => ({
      challengeToken: t.string({
        required: true,
        description: 'The token of MfaChallenge. Blanks and line breaks are ignored.',
      }),
      code: t.string({
        description:
          'Six digits of the authenticator app; blanks are ignored. Accepted are the current code, the one before and the one after it (RFC 6238, section 5.2). A code is accepted once.',
      }),
      recoveryCode: t.string({
        description:
          'A recovery code with its number. Case, blanks and hyphens do not matter. A code is accepted once.',
      }),
      passkey: t.field({
        type: 'JSONObject',
        description:
          'Response of navigator.credentials.get() to `passkeyOptions` (WebAuthn, PublicKeyCredential.toJSON), at most 16 kB.',
      }),
      rememberDevice: t.boolean({
        required: true,
        defaultValue: false,
        description:
          'Skips the second step on this device for MFA_REMEMBER_DEVICE_DAYS. Never raises the assurance level of later sessions. Ignored with MFA_REMEMBER_DEVICE_DAYS=0, and for administrators and moderators.',
      }),
      device: t.field({ ...deviceField, type: types.deviceInput }),
    }),
  })
  addMutation(builder, {
    ...completeSignIn,
    name: 'completeMfaChallenge',
    description:
      'Completes a login that returned MfaChallenge. Wrong codes and wrong recovery codes of all sign-ins of the account share one count: at most LOCKOUT_FAILURES within LOCKOUT_WINDOW_SECONDS, then AccountLockedProblem, which does not keep out a passkey. Only a completed sign-in clears the count. The age of the password and the limit of sessions are checked after the right proof; a proof is used up only if a session begins or a new password is required.',
    input,
    access: anyone,
    limit: limits.secondStep,
    checksCredentials: true,
    resolve: async ({ input, context }) => {
      const answer = await context.flows.completeMfaChallenge(input, context.credentials, context.origin)
      context.cookies.endChallenge()
      return deliverSignIn(context, answer)
    },
  })
}
