import type { LoginAnswer } from '../../flows/sign-in/login.ts'
import type { Builder } from '../edge/builder.ts'

interface MfaChallenge {
  readonly challengeToken: string
  readonly methods: ('TOTP' | 'RECOVERY_CODE' | 'PASSKEY')[]
  readonly expiresAt: Date
}

/** What a login can answer between the right password and the session. */
export function addLoginSteps(builder: Builder) {
  const method = builder.enumType('MfaMethod', {
    description: 'Ways to prove a second factor.',
    values: {
      TOTP: { description: 'A code of an authenticator app (RFC 6238).' },
      RECOVERY_CODE: { description: 'One of the codes that were shown when the factor was set up.' },
      PASSKEY: { description: 'A passkey (WebAuthn).' },
    },
  })
  const challenge = builder.objectRef<MfaChallenge>('MfaChallenge').implement({
    description: 'The password was right and the account wants a second factor.',
    fields: (t) => ({
      challengeToken: t.exposeString('challengeToken', {
        description: 'Names this login when the factor is proven.',
      }),
      methods: t.expose('methods', { type: [method], description: 'What the account can prove it with.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be proven.' }),
    }),
  })
  const unverified = builder
    .objectRef<Extract<LoginAnswer, { kind: 'EMAIL_VERIFICATION_REQUIRED' }>>('EmailVerificationRequired')
    .implement({
      description: 'The password was right; the address must be verified before the first sign-in.',
      fields: (t) => ({
        email: t.exposeString('email', { description: 'The address that the mail was sent to.' }),
      }),
    })
  const expired = builder
    .objectRef<Extract<LoginAnswer, { kind: 'PASSWORD_EXPIRED' }>>('PasswordExpired')
    .implement({
      description:
        'The password was right and is past its age: set a new one with resetPassword and this token.',
      fields: (t) => ({
        resetToken: t.exposeString('resetToken', { description: 'Good once, for resetPassword.' }),
        expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when the token is good.' }),
      }),
    })
  return [challenge, unverified, expired] as const
}
