import type { SessionProtection } from '../../../domain/sessions/session-protection.ts'
import type { EnvReader } from '../../env-reader.ts'
import { flag, oneOf } from '../../rules/choice-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Variables } from '../../variable.ts'

export const sessionProtectionVariables = {
  SESSION_LIMIT: {
    default: '20',
    unit: 'sessions',
    description: 'Maximum number of sessions of one account, 1 to 1000.',
  },
  SESSION_LIMIT_POLICY: {
    default: 'evict',
    description: 'At the limit, a login ends the oldest session (`evict`) or is rejected (`reject`).',
  },
  SINGLE_SESSION: { default: 'off', description: 'A login ends every other session of the account.' },
  DEVICE_BINDING: {
    default: 'warn',
    description:
      'What happens at a refresh from another device than the one that signed in: nothing (`off`), a risk signal (`warn`), or the session ends (`strict`).',
  },
  IP_BINDING: {
    default: 'warn',
    description:
      'What happens at a refresh from another network (/24 of IPv4, /48 of IPv6), with the values of `DEVICE_BINDING`. `strict` exempts phones and tablets, whose networks change as they move.',
  },
  NEW_DEVICE_MAIL: {
    default: 'on',
    description: 'Mails the owner of the account about a sign-in from a new device.',
  },
} as const satisfies Variables

export function readSessionProtection(
  reader: EnvReader<typeof sessionProtectionVariables>,
): SessionProtection {
  const limit = reader.readOrDefault('SESSION_LIMIT', integer(1, 1000))
  const policy = reader.readOrDefault('SESSION_LIMIT_POLICY', oneOf('evict', 'reject'))
  const single = reader.readOrDefault('SINGLE_SESSION', flag)
  return {
    limit: single ? 1 : limit,
    atLimit: single ? 'evict' : policy,
    deviceBinding: reader.readOrDefault('DEVICE_BINDING', oneOf('off', 'warn', 'strict')),
    ipBinding: reader.readOrDefault('IP_BINDING', oneOf('off', 'warn', 'strict')),
    newDeviceMail: reader.readOrDefault('NEW_DEVICE_MAIL', flag),
  }
}
