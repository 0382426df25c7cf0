import type { RiskSignal } from '../../domain/risk/risk-rules.ts'

/** The values of RiskSignal. */
export const riskSignalValues = {
  NEW_DEVICE: { description: 'The session began on a device that the account had not used before.' },
  NEW_NETWORK: { description: 'The session began in a network that the account had not used before.' },
  NEW_COUNTRY: {
    description: 'The session began in a country that the account had not been used from before.',
  },
  IMPOSSIBLE_TRAVEL: {
    description:
      'The session began farther from the place of the previous session than a person can travel in the time between them.',
  },
  DEVICE_MISMATCH: {
    description: 'The session was refreshed by another device than the one that signed in.',
  },
  IP_CHANGED: { description: 'The session was refreshed from another network than the one it began in.' },
  MANY_FAILED_ATTEMPTS: { description: 'Several wrong passwords preceded the right one.' },
  CREDENTIAL_STUFFING: {
    description: 'The client address of the sign-in has tried to sign in to many accounts.',
  },
  PASSWORD_SPRAYING: { description: 'The password of the sign-in has been tried on many accounts.' },
  PASSKEY_COUNTER_REGRESSED: {
    description:
      'The signature counter of the passkey did not increase: the authenticator may have been copied.',
  },
  TOKEN_REUSE: {
    description: 'A refresh token of the session was used twice: another person may have a copy.',
  },
} as const satisfies Record<RiskSignal, { description: string }>
