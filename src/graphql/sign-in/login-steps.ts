import type { LoginAnswer } from '../../flows/sign-in/login.ts'
import type { Builder } from '../edge/builder.ts'

interface MfaChallenge {
  readonly challengeToken: string
  readonly methods: ('TOTP' | 'RECOVERY_CODE' | 'PASSKEY')[]
  readonly expiresAt: Date
}

/** The results of a login with the right password that needs a further step before a session begins. */
export function addLoginSteps(builder: Builder) {
  const method = builder.enumType('MfaMethod', {
    description: 'Kind of second factor.',
    values: {
      TOTP: { description: 'Code of an authenticator app (RFC 6238).' },
      RECOVERY_CODE: { description: 'One of the recovery codes shown when the factor was set up.' },
      PASSKEY: { description: 'Passkey (WebAuthn).' },
    },
  })
  const challenge = builder.objectRef<MfaChallenge>('MfaChallenge').implement({
    description: 'The password was right; the account requires a second factor.',
    fields: (t) => ({
      challengeToken: t.exposeString('challengeToken', {
        description: 'Identifies this login when the second factor is presented.',
      }),
      methods: t.expose('methods', {
        type: [method],
        description: 'Kinds of second factor that the account has.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the challenge token expires.',
      }),
    }),
  })
  const unverified = builder
    .objectRef<Extract<LoginAnswer, { kind: 'EMAIL_VERIFICATION_REQUIRED' }>>('EmailVerificationRequired')
    .implement({
      description: 'The password was right; the e-mail address must be verified before the first sign-in.',
      fields: (t) => ({
        email: t.exposeString('email', { description: 'Address to which the verification link was mailed.' }),
      }),
    })
  const expired = builder
    .objectRef<Extract<LoginAnswer, { kind: 'PASSWORD_EXPIRED' }>>('PasswordExpired')
    .implement({
      description:
        'The password was right but is older than the maximum age: set a new one with resetPassword and this token.',
      fields: (t) => ({
        resetToken: t.exposeString('resetToken', { description: 'Token for resetPassword. Valid once.' }),
        expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token expires.' }),
      }),
    })
  return [challenge, unverified, expired] as const
}
