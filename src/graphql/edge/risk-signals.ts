import type { RiskSignal } from '../../domain/risk/risk-rules.ts'

/** The values of RiskSignal. */
export const riskSignalValues = {
  NEW_DEVICE: { description: 'It began on a device that the account was not known to use.' },
  NEW_NETWORK: { description: 'It began in a network that the account was not known to use.' },
  NEW_COUNTRY: { description: 'It began in a country that the account was not known to be used from.' },
  IMPOSSIBLE_TRAVEL: {
    description: 'It began farther from the session before than anybody can travel in that time.',
  },
  DEVICE_MISMATCH: { description: 'It was refreshed from another device than the one that signed in.' },
  IP_CHANGED: { description: 'It was refreshed from another network than the one it began in.' },
  MANY_FAILED_ATTEMPTS: { description: 'Several wrong passwords came just before the right one.' },
  CREDENTIAL_STUFFING: { description: 'Its address has tried to sign in to many accounts.' },
  PASSWORD_SPRAYING: { description: 'Its password has been tried on many accounts.' },
  TOKEN_REUSE: { description: 'One of its refresh tokens was used twice: somebody may hold a copy.' },
} as const satisfies Record<RiskSignal, { description: string }>
