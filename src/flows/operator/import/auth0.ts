import { isObject } from '../../../lib/text/json.ts'
import type { Convert, ExportRecord } from './import-format.ts'
import { listOf, metadataOf, namesOf, objectOf, splitName, textOf, timeOf } from './record-fields.ts'
import { flagOf } from './record-state.ts'

/** Auth0: the export of password hashes, the export of users, or both merged; one object a line. */
export const convertAuth0: Convert = (record, { withRoles }) => {
  const { email, verified } = addressOf(record)
  const user = objectOf(record.user_metadata)
  const given = textOf(record.given_name ?? user.given_name)
  const family = textOf(record.family_name ?? user.family_name)
  const named = given !== undefined || family !== undefined
  const roles = namesOf(objectOf(record.app_metadata).roles)
  const row = {
    email,
    emailVerified: verified,
    username: textOf(record.username),
    passwordHash: textOf(record.passwordHash ?? record.password_hash),
    ...(named ? { firstName: given, lastName: family } : splitName(record.name)),
    phoneNumber: textOf(record.phone_number),
    locale: textOf(record.locale),
    active: flagOf(record, 'blocked') !== true,
    roles: withRoles ? roles : undefined,
    createdAt: timeOf(record.created_at),
    metadata: metadataOf('auth0', idOf(record)),
  }
  const social = listOf(record.identities).filter((one) => isObject(one) && flagOf(one, 'isSocial') === true)
  const factors = [...listOf(record.multifactor), ...listOf(record.mfa_factors)]
  return {
    row,
    leftOut: [
      ...social.map(() => 'social identities'),
      ...factors.map(() => 'second factors'),
      ...(withRoles ? [] : roles.map(() => 'roles')),
    ],
  }
}

/** Exports of flexible identifiers have the address among the identifiers only. */
function addressOf(record: ExportRecord): { email: unknown; verified: boolean } {
  if (textOf(record.email) !== undefined)
    return { email: record.email, verified: flagOf(record, 'email_verified') === true }
  const identifiers = listOf(record.identifiers).filter(isObject)
  const address = identifiers.find(({ type }) => type === 'email')
  return { email: address?.value, verified: flagOf(address ?? {}, 'verified') === true }
}

function idOf(record: ExportRecord): unknown {
  const id = textOf(record.user_id)
  if (id !== undefined) return id
  const bare = textOf(record.alt_id) ?? textOf(objectOf(record._id).$oid)
  return bare === undefined ? undefined : `auth0|${bare}`
}
