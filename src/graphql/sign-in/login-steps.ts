import { type MfaMethod, mfaMethods } from '../../domain/factors/second-step-policy.ts'
import type { MfaChallenged, SignInStep } from '../../flows/sign-in/login-answer.ts'
import type { Builder } from '../edge/builder.ts'
import type { Types } from '../edge/types.ts'

const messages: { readonly [Kind in SignInStep['kind']]: string } = {
  MFA_CHALLENGE: 'The password is right. Prove the second factor with completeMfaChallenge.',
  MFA_ENROLMENT_REQUIRED:
    'The password is right. This account must have a second factor: enrol one, then call completeMfaChallenge.',
  EMAIL_VERIFICATION_REQUIRED: 'The credentials are right. Follow the link in the mail, then sign in again.',
  PASSWORD_EXPIRED: 'The password has expired. Set a new one with resetPassword.',
}

/** Factors that an enrolmentToken can enrol. */
const enrollableFactors = ['TOTP', 'PASSKEY'] as const

const methodValues = {
  TOTP: { description: 'Code of an authenticator app (RFC 6238).' },
  RECOVERY_CODE: { description: 'One of the recovery codes shown when the factor was set up.' },
  PASSKEY: { description: 'Passkey (WebAuthn).' },
} as const satisfies Record<MfaMethod, { description: string }>

/** SignInStep, which the steps between the right password and the session implement. */
function addSignInStep(builder: Builder) {
  return builder.interfaceRef<SignInStep>('SignInStep').implement({
    description:
      'A step between the right password and the session. Spread `... on SignInStep { message }` in the selection of a sign-in, so that new steps do not break clients.',
    fields: (t) => ({
      message: t.string({
        description: 'Human-readable message in English that says what to do next.',
        resolve: ({ kind }) => messages[kind],
      }),
    }),
  })
}

/** The results of a login with the right password that needs a further step before a session begins. */
export function addLoginSteps(builder: Builder, types: Types) {
  const interfaces = [addSignInStep(builder)]
  const challenge = addChallenge(builder, interfaces)
  const unverified = builder.objectType(types.emailUnverified, {
    description: 'The credentials were right; the e-mail address must be verified before the first sign-in.',
    interfaces,
    fields: (t) => ({
      email: t.exposeString('email', { description: 'Address to which the verification link was mailed.' }),
    }),
  })
  const expired = builder.objectType(types.passwordExpired, {
    description:
      'The password was right but is older than the maximum age: set a new one with resetPassword and this token.',
    interfaces,
    fields: (t) => ({
      resetToken: t.exposeString('resetToken', { description: 'Token for resetPassword. Valid once.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token expires.' }),
    }),
  })
  const enrolment = addEnrolment(builder, types, interfaces)
  return [challenge, enrolment, unverified, expired] as const
}

function addChallenge(builder: Builder, interfaces: ReturnType<typeof addSignInStep>[]) {
  const method = builder.enumType('MfaMethod', {
    description: 'Kind of proof of the second step.',
    values: methodValues,
  })
  return builder.objectRef<MfaChallenged>('MfaChallenge').implement({
    description:
      'The password was right; the account requires a second step. Answer it with completeMfaChallenge. An account has at most ten open challenges: a new one ends the oldest.',
    interfaces,
    fields: (t) => ({
      challengeToken: t.exposeString('challengeToken', {
        description:
          'One-time token for completeMfaChallenge: five minutes, five tries. With the transports COOKIE and HYBRID only the browser that began the login can use it, by a cookie; with BODY only the same device (User-Agent and `device.fingerprint`).',
      }),
      methods: t.field({
        type: [method],
        description:
          'Proofs that the account can present now. TOTP is left out after 100 wrong codes in a row. Empty: contact an administrator.',
        resolve: ({ methods }) => mfaMethods.filter((one) => methods.includes(one)),
      }),
      passkeyOptions: t.expose('passkeyOptions', {
        type: 'JSONObject',
        nullable: true,
        description:
          'Options for navigator.credentials.get() (WebAuthn, PublicKeyCredentialRequestOptionsJSON). Null unless PASSKEY is among the methods.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the challenge token expires.',
      }),
    }),
  })
}

function addEnrolment(builder: Builder, types: Types, interfaces: ReturnType<typeof addSignInStep>[]) {
  const factor = builder.enumType('EnrollableFactor', {
    description: 'Kind of second factor that a sign-in can enrol.',
    values: {
      TOTP: { description: 'Authenticator app (RFC 6238): startTotpEnrolment, then confirmTotp.' },
      PASSKEY: {
        description: 'Passkey (WebAuthn): startPasskeyRegistration, then finishPasskeyRegistration.',
      },
    },
  })
  return builder.objectType(types.mfaEnrolmentRequired, {
    description:
      'The password was right, the policy requires a second factor, and the account has none: enrol one with the token, then call completeMfaChallenge with the challengeToken of the success.',
    interfaces,
    fields: (t) => ({
      enrolmentToken: t.exposeString('enrolmentToken', {
        description:
          'One-time token: 15 minutes. With the transports COOKIE and HYBRID only the browser that began the sign-in can use it, by a cookie; with BODY only the same device (User-Agent and `device.fingerprint`).',
      }),
      enrollable: t.field({
        type: [factor],
        description: 'Factors that the token can enrol.',
        resolve: () => [...enrollableFactors],
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token expires.' }),
    }),
  })
}
