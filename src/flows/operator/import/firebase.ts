import { isObject } from '../../../lib/text/json.ts'
import { firebaseHash, unusableHash } from './foreign-hash.ts'
import type { Convert, ExportRecord, FirebaseParameters } from './import-format.ts'
import { bytesOf, listOf, metadataOf, objectOf, splitName, textOf, timeOf } from './record-fields.ts'
import { flagOf } from './record-state.ts'

/** Firebase Authentication: the users of `firebase auth:export FILE.json`. */
export const convertFirebase: Convert = (record, { firebase }) => {
  const row = {
    email: record.email,
    emailVerified: flagOf(record, 'emailVerified') === true,
    passwordHash: textOf(record.passwordHash) === undefined ? undefined : convertHash(record, firebase),
    ...splitName(record.displayName),
    phoneNumber: textOf(record.phoneNumber),
    active: flagOf(record, 'disabled') !== true,
    createdAt: timeOf(record.createdAt),
    metadata: metadataOf('firebase', record.localId),
  }
  const providers = listOf(record.providerUserInfo).filter(isObject)
  const social = providers.filter(({ providerId }) => providerId !== 'password' && providerId !== 'phone')
  return {
    row,
    leftOut: [
      ...social.map(() => 'social identities'),
      ...listOf(record.mfaInfo).map(() => 'second factors'),
      ...Object.keys(objectOf(record.customAttributes)).map(() => 'custom claims'),
    ],
  }
}

function convertHash(record: ExportRecord, parameters: FirebaseParameters | null): string {
  if (parameters === null)
    throw unusableHash('Requires the hash parameters of the project: --hash-config FILE.')
  const [salt, hash] = [bytesOf(record.salt), bytesOf(record.passwordHash)]
  if (salt === null || hash === null)
    throw unusableHash('The password has no salt, or the hash is no base64.')
  return firebaseHash({ ...parameters, salt, hash })
}

/**
 * Reads the hash parameters as the Firebase console shows them: `base64_signer_key: …, base64_salt_separator: …, rounds: 8,
 * mem_cost: 14`. Null if one is missing, or the algorithm is another one.
 */
export function readFirebaseParameters(text: string): FirebaseParameters | null {
  const valueAt = (name: string) => new RegExp(`\\b${name}\\s*[:=]\\s*"?([\\w+/=-]+)`).exec(text)?.[1] ?? ''
  const [signerKey, saltSeparator] = [
    bytesOf(valueAt('base64_signer_key')),
    bytesOf(valueAt('base64_salt_separator')),
  ]
  const [rounds, memCost] = [Number(valueAt('rounds')), Number(valueAt('mem_cost'))]
  const algorithm = valueAt('algorithm')
  if (signerKey === null || saltSeparator === null || !(rounds > 0) || !(memCost > 0)) return null
  return algorithm === '' || algorithm === 'SCRYPT' ? { signerKey, saltSeparator, rounds, memCost } : null
}
