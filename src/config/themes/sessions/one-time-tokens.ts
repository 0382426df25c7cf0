import type { OneTimeTokenLifetimes } from '../../../domain/one-time-tokens/one-time-token-lifetimes.ts'
import { daySeconds } from '../../../lib/time/duration.ts'
import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import type { DefaultedName, Variables } from '../../variable.ts'

export const oneTimeTokenVariables = {
  VERIFY_EMAIL_SECONDS: {
    default: '86400',
    unit: 's',
    description:
      'Lifetime of the link that verifies an e-mail address, 60 to 2592000 (30 d). The lifetime of a link starts when the mail is sent.',
  },
  RESET_PASSWORD_SECONDS: {
    default: '3600',
    unit: 's',
    description: 'Lifetime of the link that resets a password, 60 to 86400 (1 d).',
  },
  CHANGE_EMAIL_SECONDS: {
    default: '3600',
    unit: 's',
    description: 'Lifetime of the link that confirms a new e-mail address, 60 to 86400 (1 d).',
  },
  UNDO_EMAIL_CHANGE_SECONDS: {
    default: '604800',
    unit: 's',
    description:
      'Lifetime of the link that undoes the change of an e-mail address, 60 to 7776000 (90 d). The old address stays reserved for that time.',
  },
  UNLOCK_ACCOUNT_SECONDS: {
    default: '3600',
    unit: 's',
    description: 'Lifetime of the link that unlocks an account, 60 to 86400 (1 d).',
  },
  REPORT_SESSION_SECONDS: {
    default: '604800',
    unit: 's',
    description: 'Lifetime of the link that reports a sign-in as unknown, 60 to 7776000 (90 d).',
  },
  UNDO_FACTOR_CHANGE_SECONDS: {
    default: '259200',
    unit: 's',
    description:
      'Lifetime of the link that reverts the addition or removal of a second factor, 60 to 2592000 (30 d). A removed factor is kept for that time.',
  },
} as const satisfies Variables

export function readOneTimeTokens(reader: EnvReader<typeof oneTimeTokenVariables>): OneTimeTokenLifetimes {
  const read = (name: DefaultedName<typeof oneTimeTokenVariables>, maxDays: number) =>
    reader.readOrDefault(name, integer(60, maxDays * daySeconds))
  return {
    verifyEmailSeconds: read('VERIFY_EMAIL_SECONDS', 30),
    resetPasswordSeconds: read('RESET_PASSWORD_SECONDS', 1),
    changeEmailSeconds: read('CHANGE_EMAIL_SECONDS', 1),
    undoEmailChangeSeconds: read('UNDO_EMAIL_CHANGE_SECONDS', 90),
    unlockAccountSeconds: read('UNLOCK_ACCOUNT_SECONDS', 1),
    reportSessionSeconds: read('REPORT_SESSION_SECONDS', 90),
    undoFactorChangeSeconds: read('UNDO_FACTOR_CHANGE_SECONDS', 30),
  }
}
