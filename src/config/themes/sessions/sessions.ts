import type { SessionLifetime, SessionRules } from '../../../domain/sessions/session-policy.ts'
import { daySeconds } from '../../../lib/time/duration.ts'
import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import type { DefaultedName, Variables } from '../../variable.ts'

export const sessionVariables = {
  SESSION_IDLE_SECONDS: {
    default: '604800',
    unit: 's',
    description:
      'A session ends when it has not been used for this long, 60 to 34560000 (400 d), at most `SESSION_MAX_SECONDS`.',
  },
  SESSION_MAX_SECONDS: {
    default: '2592000',
    unit: 's',
    description: 'Maximum lifetime of a session, even if it is used, 60 to 34560000 (400 d).',
  },
  REMEMBER_ME_IDLE_SECONDS: {
    default: '2592000',
    unit: 's',
    description: 'Idle time of sessions with "remember me", at most `REMEMBER_ME_MAX_SECONDS`.',
  },
  REMEMBER_ME_MAX_SECONDS: {
    default: '7776000',
    unit: 's',
    description: 'Maximum lifetime of sessions with "remember me".',
  },
  PRIVILEGED_SESSION_IDLE_SECONDS: {
    default: '1800',
    unit: 's',
    description: 'Idle time of sessions of administrators, at most `PRIVILEGED_SESSION_MAX_SECONDS`.',
  },
  PRIVILEGED_SESSION_MAX_SECONDS: {
    default: '86400',
    unit: 's',
    description: 'Maximum lifetime of sessions of administrators.',
  },
  REFRESH_GRACE_SECONDS: {
    default: '10',
    unit: 's',
    description:
      'Grace period in which a replaced refresh token is still accepted from the same device, 0 to 60. With 0 every second use is reuse, and `LOST_ANSWER_SECONDS` has no effect.',
  },
  LOST_ANSWER_SECONDS: {
    default: '120',
    unit: 's',
    description:
      'Period in which the last replaced refresh token is accepted from the same device while no token that replaced it has been seen (the response was lost), 0 to 600. With 0 only the grace period counts.',
  },
  REAUTHENTICATION_SECONDS: {
    default: '900',
    unit: 's',
    description:
      'Maximum age of the last proof of the password, and of the second factor if the account has one, for operations that require recent reauthentication, 60 to 86400.',
  },
} as const satisfies Variables

/** Browsers keep no cookie longer than 400 days (RFC 6265bis section 5.5). */
const maxSessionSeconds = 400 * daySeconds

export function readSessions(reader: EnvReader<typeof sessionVariables>): SessionRules {
  return {
    standard: readLifetime(reader, 'SESSION_IDLE_SECONDS', 'SESSION_MAX_SECONDS'),
    rememberMe: readLifetime(reader, 'REMEMBER_ME_IDLE_SECONDS', 'REMEMBER_ME_MAX_SECONDS'),
    privileged: readLifetime(reader, 'PRIVILEGED_SESSION_IDLE_SECONDS', 'PRIVILEGED_SESSION_MAX_SECONDS'),
    refreshGraceSeconds: reader.readOrDefault('REFRESH_GRACE_SECONDS', integer(0, 60)),
    lostAnswerSeconds: reader.readOrDefault('LOST_ANSWER_SECONDS', integer(0, 600)),
  }
}

export function readReauthentication(reader: EnvReader<typeof sessionVariables>): number {
  return reader.readOrDefault('REAUTHENTICATION_SECONDS', integer(60, daySeconds))
}

type LifetimeName<Bound extends string> = Extract<
  DefaultedName<typeof sessionVariables>,
  `${string}_${Bound}_SECONDS`
>

/** A maximum below the default idle time lowers the idle time. */
function readLifetime(
  reader: EnvReader<typeof sessionVariables>,
  idle: LifetimeName<'IDLE'>,
  max: LifetimeName<'MAX'>,
): SessionLifetime {
  const span = integer(60, maxSessionSeconds)
  const maxSeconds = reader.readOrDefault(max, span)
  const idleSeconds = reader.read(idle, span, Math.min(reader.defaultOf(idle, span), maxSeconds))
  reader.check([idle, max], idleSeconds <= maxSeconds, `must be at most ${max} (${maxSeconds}).`)
  return { idleSeconds, maxSeconds }
}
