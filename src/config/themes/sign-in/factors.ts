import type { MfaRules } from '../../../domain/factors/mfa-policy.ts'
import type { EnvReader } from '../../env-reader.ts'
import { oneOf } from '../../rules/choice-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Variables } from '../../variable.ts'

export const factorVariables = {
  MFA: {
    default: 'optional',
    description:
      'Who must have a second factor. `off`: no one, and none can be enrolled, but existing ones still apply; `optional`: no one; `privileged`: administrators and moderators; `required`: everyone.',
  },
  MFA_ENROL_DAYS: {
    default: '14',
    unit: 'd',
    description:
      'Days in which an account may sign in without the factor that `MFA` requires, 0 to 365, from its first sign-in after the policy applied. After that, a sign-in requires the enrolment of a factor.',
  },
  MFA_ADMIN_ACTIONS: {
    unset:
      '`aal2` if `MFA` is `privileged` or `required`, otherwise the highest level that the administrator has',
    description:
      'Assurance level that recent reauthentication must reach for actions on other accounts and on keys. `aal1`: the password alone, also of administrators with a second factor; `aal2`: two factors, which refuses administrators who have none.',
  },
  MFA_REMEMBER_DEVICE_DAYS: {
    default: '0',
    unit: 'd',
    description:
      'Days for which a device can skip the second step, if its user chooses so, 0 to 90. With 0 no device is remembered. Administrators and moderators are always asked.',
  },
} as const satisfies Variables

export function readFactors(reader: EnvReader<typeof factorVariables>): MfaRules {
  const policy = reader.readOrDefault('MFA', oneOf('off', 'optional', 'privileged', 'required'))
  const isEnforced = policy === 'privileged' || policy === 'required'
  const rememberDeviceDays = reader.readOrDefault('MFA_REMEMBER_DEVICE_DAYS', integer(0, 90))
  return {
    policy,
    enrolDays: reader.readOrDefault('MFA_ENROL_DAYS', integer(0, 365)),
    adminActions: reader.read<MfaRules['adminActions']>(
      'MFA_ADMIN_ACTIONS',
      oneOf('aal1', 'aal2'),
      isEnforced ? 'aal2' : null,
    ),
    rememberDeviceDays: rememberDeviceDays === 0 ? null : rememberDeviceDays,
  }
}
