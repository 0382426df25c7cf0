import { betterAuthHash } from './foreign-hash.ts'
import type { Convert } from './import-format.ts'
import { listOf, metadataOf, splitName, textOf, timeOf } from './record-fields.ts'
import { flagOf } from './record-state.ts'

/** better-auth: the rows of its table `user`, with `password` of the account `credential`, one object a line. */
export const convertBetterAuth: Convert = (record, { withRoles }) => {
  const hash = textOf(record.password)
  const roles = (textOf(record.role) ?? '').split(',').filter((name) => name !== '' && name !== 'user')
  const row = {
    email: record.email,
    emailVerified: flagOf(record, 'emailVerified', 'email_verified') === true,
    username: textOf(record.username),
    // Applications can replace the hash function of better-auth.
    passwordHash: hash === undefined || hash.startsWith('$') ? hash : betterAuthHash(hash),
    ...splitName(record.name),
    phoneNumber: textOf(record.phoneNumber ?? record.phone_number),
    active: flagOf(record, 'banned') !== true,
    roles: withRoles ? roles : undefined,
    createdAt: timeOf(record.createdAt ?? record.created_at),
    metadata: metadataOf('better-auth', record.id),
  }
  const social = listOf(record.providers).filter((name) => name !== 'credential')
  const twoFactor = flagOf(record, 'twoFactorEnabled', 'two_factor_enabled') === true
  return {
    row,
    leftOut: [
      ...social.map(() => 'social identities'),
      ...(twoFactor ? ['second factors'] : []),
      ...(withRoles ? [] : roles.map(() => 'roles')),
    ],
  }
}
