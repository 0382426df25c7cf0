import { type DerivedHash, derivedCostFault, parseDerivedHash } from './derived-hash.ts'

/** The parameters of a stored password hash that can be verified. The service itself writes argon2id only. */
export type PasswordHash =
  | { readonly kind: 'bcrypt'; readonly cost: number }
  | {
      readonly kind: 'argon2'
      readonly variant: 'argon2id' | 'argon2i' | 'argon2d'
      /** 19 = version 1.3, the present one; 16 = version 1.0. */
      readonly version: 16 | 19
      readonly memoryKib: number
      readonly passes: number
      readonly lanes: number
      /** Whether the parameters are in the order m, t, p, in which the service writes them. */
      readonly ordered: boolean
    }
  | DerivedHash

const bcryptFormat = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
/** Maximum cost: 2^14 rounds take two seconds. A higher cost in an imported hash would block a thread of the pool. */
const maxBcryptCost = 14

/**
 * A PHC string: a salt of 8 to 64 bytes and a hash of 16 to 128 bytes in base64 without padding. Without `v` it is of version
 * 1.0, which did not write it.
 */
const argon2Format =
  /^\$(argon2(?:id|i|d))(?:\$v=(19|16))?\$([mtp]=[1-9]\d{0,6}(?:,[mtp]=[1-9]\d{0,6}){2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/
/** The bounds of ARGON2_MEMORY_KIB, ARGON2_PASSES and ARGON2_LANES. */
const maxArgon2 = { memoryKib: 4_194_304, passes: 100, lanes: 64 } as const

/**
 * Maximum cost of an imported argon2 hash, so that a login can verify it within its time: 256 MiB with 3 passes, the
 * MODERATE parameters of libsodium, is the most expensive one.
 */
const maxImportedArgon2 = { memoryKib: 262_144, lanes: 8, memoryTimesPasses: 786_432 } as const

/**
 * Parses a password hash. Null if it cannot be verified: another format, a bcrypt cost above 14, or argon2 parameters that
 * RFC 9106 (section 3.1) does not allow, such as less than 8 KiB of memory for each lane. The order of the parameters is
 * free.
 */
export function parsePasswordHash(text: string): PasswordHash | null {
  return parseBcrypt(text) ?? parseArgon2(text) ?? parseDerivedHash(text)
}

/** Why an imported hash cannot be verified within the time and memory of a login, as a sentence; null if it can. */
export function costFault(hash: PasswordHash): string | null {
  if (hash.kind === 'bcrypt') return null
  if (hash.kind !== 'argon2') return derivedCostFault(hash)
  const { memoryKib, passes, lanes } = hash
  const { memoryKib: maxMemoryKib, lanes: maxLanes, memoryTimesPasses } = maxImportedArgon2
  if (memoryKib <= maxMemoryKib && lanes <= maxLanes && memoryKib * passes <= memoryTimesPasses) return null
  return `The argon2 hash is too expensive to verify at a login: at most ${maxMemoryKib} KiB, ${maxLanes} lanes, and ${memoryTimesPasses} for memory times passes.`
}

function parseBcrypt(text: string): PasswordHash | null {
  const cost = Number(bcryptFormat.exec(text)?.[1] ?? Number.NaN)
  return cost >= 4 && cost <= maxBcryptCost ? { kind: 'bcrypt', cost } : null
}

function parseArgon2(text: string): PasswordHash | null {
  const [, name, version, parameters = '', salt = '', hash = ''] = argon2Format.exec(text) ?? []
  const variant = (['argon2id', 'argon2i', 'argon2d'] as const).find((one) => one === name)
  if (variant === undefined) return null
  const { m: memoryKib, t: passes, p: lanes } = readParameters(parameters)
  if (memoryKib === undefined || passes === undefined || lanes === undefined) return null
  if (memoryKib > maxArgon2.memoryKib || passes > maxArgon2.passes || lanes > maxArgon2.lanes) return null
  if (memoryKib < 8 * lanes || !isBase64Length(salt) || !isBase64Length(hash)) return null
  const ordered = /^m=\d+,t=\d+,p=\d+$/.test(parameters)
  return { kind: 'argon2', variant, version: version === '19' ? 19 : 16, memoryKib, passes, lanes, ordered }
}

function readParameters(text: string): Partial<Record<string, number>> {
  const pairs = text.split(',').map((pair) => pair.split('='))
  return Object.fromEntries(pairs.map(([name = '', value]) => [name, Number(value)]))
}

/** No base64 text without padding has a length of 4n + 1. */
function isBase64Length(text: string): boolean {
  return text.length % 4 !== 1
}
