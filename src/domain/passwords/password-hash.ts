/** The parameters of a stored password hash that can be verified. */
export type PasswordHash =
  | { readonly kind: 'bcrypt'; readonly cost: number }
  | {
      readonly kind: 'argon2id'
      readonly memoryKib: number
      readonly passes: number
      readonly lanes: number
      /** Whether the parameters are in the order m, t, p, in which the service writes them. */
      readonly ordered: boolean
    }

const bcryptFormat = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
/** Maximum cost: 2^14 rounds take two seconds. A higher cost in an imported hash would block a thread of the pool. */
const maxBcryptCost = 14

/** A PHC string: a salt of 8 to 64 bytes and a hash of 16 to 128 bytes in base64 without padding. */
const argon2idFormat =
  /^\$argon2id\$v=19\$([mtp]=[1-9]\d{0,6}(?:,[mtp]=[1-9]\d{0,6}){2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/
/** The bounds of ARGON2_MEMORY_KIB, ARGON2_PASSES and ARGON2_LANES. */
const maxArgon2 = { memoryKib: 4_194_304, passes: 100, lanes: 64 } as const

/**
 * Maximum cost of an imported argon2id hash, so that a login can verify it within its time: 256 MiB with 3 passes, the
 * MODERATE parameters of libsodium, is the most expensive one.
 */
export const maxImportedArgon2 = { memoryKib: 262_144, lanes: 8, memoryTimesPasses: 786_432 } as const

/**
 * Parses a password hash. Null if it cannot be verified: another format, a bcrypt cost above 14, or argon2id parameters that
 * RFC 9106 (section 3.1) does not allow, such as less than 8 KiB of memory for each lane. The order of the parameters of
 * argon2id is free.
 */
export function parsePasswordHash(text: string): PasswordHash | null {
  return parseBcrypt(text) ?? parseArgon2id(text)
}

/** Whether an imported hash can be verified within the time of a login. */
export function isAffordable(hash: PasswordHash): boolean {
  if (hash.kind === 'bcrypt') return true
  const { memoryKib, passes, lanes } = hash
  return (
    memoryKib <= maxImportedArgon2.memoryKib &&
    lanes <= maxImportedArgon2.lanes &&
    memoryKib * passes <= maxImportedArgon2.memoryTimesPasses
  )
}

function parseBcrypt(text: string): PasswordHash | null {
  const cost = Number(bcryptFormat.exec(text)?.[1] ?? Number.NaN)
  return cost >= 4 && cost <= maxBcryptCost ? { kind: 'bcrypt', cost } : null
}

function parseArgon2id(text: string): PasswordHash | null {
  const [, parameters = '', salt = '', hash = ''] = argon2idFormat.exec(text) ?? []
  const { m: memoryKib, t: passes, p: lanes } = readParameters(parameters)
  if (memoryKib === undefined || passes === undefined || lanes === undefined) return null
  if (memoryKib > maxArgon2.memoryKib || passes > maxArgon2.passes || lanes > maxArgon2.lanes) return null
  if (memoryKib < 8 * lanes || !isBase64Length(salt) || !isBase64Length(hash)) return null
  return { kind: 'argon2id', memoryKib, passes, lanes, ordered: /^m=\d+,t=\d+,p=\d+$/.test(parameters) }
}

function readParameters(text: string): Partial<Record<string, number>> {
  const pairs = text.split(',').map((pair) => pair.split('='))
  return Object.fromEntries(pairs.map(([name = '', value]) => [name, Number(value)]))
}

/** No base64 text without padding has a length of 4n + 1. */
function isBase64Length(text: string): boolean {
  return text.length % 4 !== 1
}
