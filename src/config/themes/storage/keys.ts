import type { KeyRotationRules } from '../../../domain/keys/key-rotation-policy.ts'
import type { Secret } from '../../../lib/crypto/secret.ts'
import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import { filePath } from '../../rules/path-rules.ts'
import { randomText } from '../../rules/secret-rules.ts'
import type { Variables } from '../../variable.ts'

export const keyVariables = {
  KEY_ROTATION_DAYS: {
    default: '90',
    unit: 'days',
    description:
      'How long a signing key signs before the next one replaces it, 1 to 3650; 0 disables automatic rotation.',
  },
  KEY_PUBLISH_SECONDS: {
    default: '600',
    unit: 's',
    description:
      'How long a signing key is published before it signs, 60 to 604800. Must be longer than clients cache `/.well-known/jwks.json` (5 min).',
  },
  SIGNING_KEYS_FILE: {
    unset: 'none: the keys are stored in the database',
    description:
      'A file with a JWK Set of 1 to 10 private keys that are managed outside: the first one signs, all are published and verify. Read again every 30 seconds. The service then neither creates nor rotates keys.',
  },
  KEY_BACKUP_PASSPHRASE: {
    unset: 'none',
    secret: true,
    description:
      'Encrypts and decrypts the file of `keys backup` and `keys restore`, at least 32 random characters. Only these commands use it.',
  },
} as const satisfies Variables

export interface KeyConfig extends Pick<KeyRotationRules, 'rotationDays' | 'publishSeconds'> {
  /** Path of the file whose keys are used instead of those of the database; null = none. */
  readonly file: string | null
}

export function readKeys(reader: EnvReader<typeof keyVariables>): KeyConfig {
  const days = reader.readOrDefault('KEY_ROTATION_DAYS', integer(0, 3650))
  return {
    rotationDays: days === 0 ? null : days,
    publishSeconds: reader.readOrDefault('KEY_PUBLISH_SECONDS', integer(60, 604_800)),
    file: reader.read('SIGNING_KEYS_FILE', filePath, null),
  }
}

/** `null` if it is missing or weak, which is a problem. */
export function readKeyBackupPassphrase(reader: EnvReader<typeof keyVariables>): Secret | null {
  const passphrase = reader.read('KEY_BACKUP_PASSPHRASE', randomText, null)
  reader.check(['KEY_BACKUP_PASSPHRASE'], passphrase !== null, 'is required for a backup of the keys.')
  return passphrase
}
