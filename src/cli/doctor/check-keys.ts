import type { Config } from '../../config/config.ts'
import type { ExaminedKey } from '../../infrastructure/doctor-probes.ts'
import { counted } from '../counted.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const check = 'signing keys'
const dayMs = 86_400_000

/** Which keys there are, how old the one that signs is, and whether all can be decrypted. */
export function checkKeys(
  examined: readonly ExaminedKey[],
  { keys: { rotationDays } }: Pick<Config, 'keys'>,
  now: Date,
): readonly Finding[] {
  if (examined.length === 0) return [ok(check, 'None yet: the first start of the service creates one.')]
  const findings = examined.flatMap(checkSeal)
  const signing = examined.find(({ key }) => key.state === 'CURRENT')
  if (signing === undefined)
    return [
      ...findings,
      failure(
        check,
        'No key signs.',
        'Start the service, which creates one, or restore a backup of the keys.',
      ),
    ]
  // It signs nothing, as its own finding says.
  if (checkSeal(signing).some(({ status }) => status === 'failure')) return findings
  const current = signing.key
  const days = Math.floor((now.getTime() - (current.activatedAt ?? current.createdAt).getTime()) / dayMs)
  const message = `${examined.length}, of which ${current.kid} (${current.algorithm}) has signed for ${counted(days, 'day')}.`
  const isLate = rotationDays !== null && days > rotationDays + 2
  return [
    ...findings,
    isLate
      ? warning(
          check,
          `${message} KEY_ROTATION_DAYS is ${rotationDays}.`,
          'The job that rotates keys does not run: look for its errors in the log.',
        )
      : ok(check, message),
  ]
}

function checkSeal({ key: { kid, state }, sealedWith }: ExaminedKey): readonly Finding[] {
  if (sealedWith === 'MASTER_KEY') return []
  if (sealedWith === 'MASTER_KEY_PREVIOUS')
    return [
      warning(
        check,
        `${kid} (${state}) is encrypted with MASTER_KEY_PREVIOUS.`,
        'Run keys reseal once all processes have the new MASTER_KEY.',
      ),
    ]
  return [
    failure(
      check,
      `${kid} (${state}) cannot be decrypted: it is damaged, or encrypted with another MASTER_KEY.`,
      'Set the MASTER_KEY that encrypted it, or restore a backup of the keys.',
    ),
  ]
}
