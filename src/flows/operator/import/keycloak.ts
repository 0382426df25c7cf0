import { isObject } from '../../../lib/text/json.ts'
import { pbkdf2Hash, unusableHash } from './foreign-hash.ts'
import type { Convert, ExportRecord } from './import-format.ts'
import { bytesOf, listOf, metadataOf, namesOf, objectOf, textOf, timeOf } from './record-fields.ts'
import { flagOf } from './record-state.ts'

/** Keycloak: the users of an exported realm. */
export const convertKeycloak: Convert = (record, { withRoles }) => {
  const credentials = listOf(record.credentials).filter(isObject)
  const password = credentials.find(({ type }) => type === 'password')
  const others = credentials.filter(({ type }) => type !== 'password')
  const attributes = objectOf(record.attributes)
  const roles = namesOf(record.realmRoles).filter((name) => !isOwnRole(name))
  const row = {
    email: record.email,
    emailVerified: flagOf(record, 'emailVerified') === true,
    username: textOf(record.username),
    passwordHash: password === undefined ? undefined : convertHash(password),
    firstName: textOf(record.firstName),
    lastName: textOf(record.lastName),
    phoneNumber: textOf(listOf(attributes.phoneNumber)[0]),
    locale: textOf(listOf(attributes.locale)[0]),
    active: flagOf(record, 'enabled') === true,
    roles: withRoles ? roles : undefined,
    createdAt: timeOf(record.createdTimestamp),
    metadata: metadataOf('keycloak', record.id),
  }
  return {
    row,
    leftOut: [
      ...listOf(record.federatedIdentities).map(() => 'social identities'),
      ...others.map(() => 'second factors'),
      ...(withRoles ? [] : roles.map(() => 'roles')),
    ],
  }
}

/** Roles that Keycloak gives to every account. */
function isOwnRole(name: string): boolean {
  return name === 'offline_access' || name === 'uma_authorization' || name.startsWith('default-roles-')
}

function convertHash(credential: ExportRecord): string {
  const data = objectOf(credential.credentialData)
  const secret = objectOf(credential.secretData)
  const [salt, hash] = [bytesOf(secret.salt), bytesOf(secret.value)]
  if (salt === null || hash === null) throw unusableHash('The password has no salt, or no value.')
  const algorithm = textOf(data.algorithm) ?? ''
  const iterations = Number(data.hashIterations)
  if (!Number.isSafeInteger(iterations)) throw unusableHash('The password has no hashIterations.')
  if (algorithm === 'argon2') return argon2Text(data, iterations, salt, hash)
  if (algorithm === 'pbkdf2-sha256') return pbkdf2Hash('sha256', iterations, salt, hash)
  if (algorithm === 'pbkdf2-sha512') return pbkdf2Hash('sha512', iterations, salt, hash)
  if (algorithm === 'pbkdf2') return pbkdf2Hash('sha1', iterations, salt, hash)
  throw unusableHash('Passwords of Keycloak can be argon2, pbkdf2-sha256, pbkdf2-sha512 or pbkdf2.')
}

const versions: Readonly<Record<string, string>> = { '1.3': '19', '1.0': '16' }

function argon2Text(data: ExportRecord, passes: number, salt: Buffer, hash: Buffer): string {
  const parameters = objectOf(data.additionalParameters)
  const [type, version, memory, lanes] = ['type', 'version', 'memory', 'parallelism'].map(
    (name) => textOf(listOf(parameters[name])[0]) ?? '',
  )
  const cost = `m=${memory},t=${passes},p=${lanes}`
  return `$argon2${type}$v=${versions[version ?? ''] ?? ''}$${cost}$${unpadded(salt)}$${unpadded(hash)}`
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
