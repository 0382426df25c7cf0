import { firebaseHash, unusableHash } from './foreign-hash.ts'
import type { Convert } from './import-format.ts'
import { invalidRow } from './import-rows.ts'
import { bytesOf, listOf, metadataOf, namesOf, objectOf, splitName, textOf, timeOf } from './record-fields.ts'
import { stateTimeOf } from './record-state.ts'

/** GoTrue (Supabase): the rows of `auth.users`, one object a line. */
export const convertGotrue: Convert = (record, { withRoles, now }) => {
  if (record.deleted_at != null) throw invalidRow('DELETED', 'The account is deleted there.')
  const user = objectOf(record.raw_user_meta_data)
  const app = objectOf(record.raw_app_meta_data)
  const given = textOf(user.first_name ?? user.given_name)
  const family = textOf(user.last_name ?? user.family_name)
  const named = given !== undefined || family !== undefined
  const hash = textOf(record.encrypted_password)
  const phone = textOf(record.phone)
  const roles = namesOf(app.roles)
  const row = {
    email: record.email,
    emailVerified: stateTimeOf(record.email_confirmed_at) !== null,
    username: textOf(user.username ?? user.user_name),
    passwordHash: hash === undefined ? undefined : convertHash(hash),
    ...(named ? { firstName: given, lastName: family } : splitName(user.full_name ?? user.name)),
    phoneNumber: phone === undefined ? undefined : `+${phone.replace(/^\+/, '')}`,
    locale: textOf(user.locale),
    active: !isBanned(record.banned_until, now),
    roles: withRoles ? roles : undefined,
    createdAt: timeOf(record.created_at),
    metadata: metadataOf('gotrue', record.id),
  }
  const providers = listOf(app.providers).filter((name) => name !== 'email' && name !== 'phone')
  return {
    row,
    leftOut: [
      ...providers.map(() => 'social identities'),
      ...listOf(record.factors).map(() => 'second factors'),
      ...(withRoles ? [] : roles.map(() => 'roles')),
    ],
  }
}

/** A ban without an end that can be read, such as `infinity`, is one. */
function isBanned(until: unknown, now: Date): boolean {
  if (until == null) return false
  const end = stateTimeOf(until)
  return end === null || end > now
}

const firebaseFormat =
  /^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,4}),p=1(?:,ss=([^,$]+))?,sk=([^,$]+)\$([^$]+)\$([^$]+)$/

/** bcrypt and argon2 as they are; scrypt hashes that GoTrue took over from Firebase. */
function convertHash(text: string): string {
  if (!text.startsWith('$fbscrypt$')) return text
  const [, memCost, rounds, separator, ...parts] = firebaseFormat.exec(text) ?? []
  const [signerKey, salt, hash] = parts.map(bytesOf)
  if (!signerKey || !salt || !hash) throw unusableHash('The $fbscrypt$ hash cannot be read.')
  const saltSeparator = bytesOf(separator) ?? new Uint8Array()
  return firebaseHash({
    signerKey,
    saltSeparator,
    salt,
    hash,
    rounds: Number(rounds),
    memCost: Number(memCost),
  })
}
