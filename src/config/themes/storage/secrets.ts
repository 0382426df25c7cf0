import type { IdentifiedSecret, Secret } from '../../../lib/crypto/secret.ts'
import type { EnvReader } from '../../env-reader.ts'
import { identifiedSecrets, masterKey, randomText } from '../../rules/secret-rules.ts'
import type { Variables } from '../../variable.ts'

export const secretVariables = {
  MASTER_KEY: {
    unset: 'generated in `DATA_DIR`',
    secret: true,
    description:
      'Encrypts the signing keys and the queued mails: base64 of 32 random bytes (`openssl rand -base64 32`). Required in production.',
  },
  MASTER_KEY_PREVIOUS: {
    unset: 'none',
    secret: true,
    description:
      'The previous `MASTER_KEY`: what it encrypted can still be decrypted. To rotate: roll out both variables everywhere, run `npm run cli -- keys reseal`, and remove this variable two days later.',
  },
  REFRESH_PEPPERS: {
    unset: 'generated in `DATA_DIR`',
    secret: true,
    description:
      'Sign refresh tokens: `id:secret,id2:secret2`, each secret at least 32 random characters. The first one signs, all are accepted. To rotate: append the new one, roll out everywhere, move it to the front, roll out, and remove the old one after the longest idle time of a session. Required in production.',
  },
  PASSWORD_PEPPER: {
    unset: 'none',
    secret: true,
    description:
      'Secret input of every password hash, at least 32 random characters. If it is lost, no password can be verified any more.',
  },
} as const satisfies Variables

export interface SecretsConfig {
  /** Base64 of 32 bytes. Encrypts and signs. */
  readonly masterKey: Secret
  /** What it encrypted and signed is still accepted. `null`: there is none. */
  readonly previousMasterKey: Secret | null
  /** The first one signs, all are accepted. */
  readonly refreshPeppers: readonly IdentifiedSecret[]
  readonly passwordPepper: Secret | null
}

/** The secrets that Gatehouse can generate outside production. */
export type GeneratedSecrets = Pick<SecretsConfig, 'masterKey' | 'refreshPeppers'>

/** The secrets of the environment; `null` for each that is missing. */
export type GivenSecrets = { readonly [Name in keyof SecretsConfig]: SecretsConfig[Name] | null }

export function readSecrets(reader: EnvReader<typeof secretVariables>): GivenSecrets {
  return {
    masterKey: reader.read('MASTER_KEY', masterKey, null),
    previousMasterKey: reader.read('MASTER_KEY_PREVIOUS', masterKey, null),
    refreshPeppers: reader.read('REFRESH_PEPPERS', identifiedSecrets, null),
    passwordPepper: reader.read('PASSWORD_PEPPER', randomText, null),
  }
}
