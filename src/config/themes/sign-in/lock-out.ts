import type { LockOutRules } from '../../../domain/attempts/attempt-store.ts'
import { daySeconds } from '../../../lib/time/duration.ts'
import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Variables } from '../../variable.ts'

export const lockOutVariables = {
  LOCKOUT_FAILURES: {
    default: '5',
    unit: 'failures',
    description:
      'Number of wrong passwords for one account within `LOCKOUT_WINDOW_SECONDS` that locks it, 3 to 100.',
  },
  LOCKOUT_WINDOW_SECONDS: {
    default: '1800',
    unit: 's',
    description: 'Window in which failed attempts are counted, 60 to 86400.',
  },
  LOCKOUT_SECONDS: { default: '1800', unit: 's', description: 'Duration of the lock, 1 to 86400.' },
} as const satisfies Variables

export function readLockOut(reader: EnvReader<typeof lockOutVariables>): LockOutRules {
  return {
    failures: reader.readOrDefault('LOCKOUT_FAILURES', integer(3, 100)),
    windowSeconds: reader.readOrDefault('LOCKOUT_WINDOW_SECONDS', integer(60, daySeconds)),
    lockSeconds: reader.readOrDefault('LOCKOUT_SECONDS', integer(1, daySeconds)),
  }
}
