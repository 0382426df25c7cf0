/** What a stored scrypt or PBKDF2 hash of another system consists of. */
export type DerivedHash = ScryptHash | Pbkdf2Hash

export interface ScryptHash {
  readonly kind: 'scrypt'
  /**
   * `key`: the hash is the derived key (RFC 7914). `nfkc`: the same, of the password in NFKC. `keystream`: the hash is what
   * AES-256-CTR yields with the derived key (Firebase).
   */
  readonly variant: ScryptVariant
  /** Base-2 logarithm of N. */
  readonly logN: number
  readonly blockSize: number
  readonly parallelism: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

export interface Pbkdf2Hash {
  readonly kind: 'pbkdf2'
  readonly digest: Pbkdf2Digest
  readonly iterations: number
  readonly salt: Uint8Array
  /** At most one block of the digest. */
  readonly hash: Uint8Array
}

export type ScryptVariant = 'key' | 'nfkc' | 'keystream'
export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512'

const scryptNames: Readonly<Record<ScryptVariant, string>> = {
  key: 'scrypt',
  nfkc: 'scrypt-nfkc',
  keystream: 'scrypt-aes-ctr',
}

/** Bytes of one block of the digest. The blocks of PBKDF2 are independent, so that the first one decides. */
const blockBytes: Readonly<Record<Pbkdf2Digest, number>> = { sha1: 20, sha256: 32, sha512: 64 }

const saltBytes = { min: 1, max: 64 } as const
const hashBytes = { min: 16, max: 64 } as const
/** 128 · N · r · p bytes: as much as argon2 may use. */
const maxScryptBytes = 256 * 1024 * 1024
const maxScryptParallelism = 16
/** A second and a half for SHA-512. Keycloak writes at most 1 300 000, for SHA-1. */
const maxPbkdf2Iterations = 2_000_000

const scryptFormat =
  /^\$(scrypt|scrypt-nfkc|scrypt-aes-ctr)\$ln=([1-9]\d?),r=([1-9]\d{0,3}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
const pbkdf2Format = /^\$pbkdf2-(sha1|sha256|sha512)\$i=([1-9]\d{0,8})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Parses what `formatDerivedHash` writes; null for anything else. */
export function parseDerivedHash(text: string): DerivedHash | null {
  return parseScrypt(text) ?? parsePbkdf2(text)
}

/** Writes a hash as text in the style of a PHC string, with base64 without padding. */
export function formatDerivedHash(hash: DerivedHash): string {
  const tail = `${toBase64(hash.salt)}$${toBase64(hash.hash)}`
  if (hash.kind === 'pbkdf2') return `$pbkdf2-${hash.digest}$i=${hash.iterations}$${tail}`
  return `$${scryptNames[hash.variant]}$ln=${hash.logN},r=${hash.blockSize},p=${hash.parallelism}$${tail}`
}

/** The beginning of a PBKDF2 hash that decides whether a password matches. */
export function firstBlock(digest: Pbkdf2Digest, hash: Uint8Array): Uint8Array {
  return hash.subarray(0, blockBytes[digest])
}

/** Why the hash cannot be verified within the time and memory of a login, as a sentence; null if it can. */
export function derivedCostFault(hash: DerivedHash): string | null {
  if (hash.kind === 'pbkdf2')
    return hash.iterations <= maxPbkdf2Iterations
      ? null
      : `The PBKDF2 hash is too expensive to verify at a login: at most ${maxPbkdf2Iterations} iterations.`
  if (hash.parallelism <= maxScryptParallelism && scryptBytes(hash) <= maxScryptBytes) return null
  return `The scrypt hash is too expensive to verify at a login: at most ${maxScryptBytes} for 128 · N · r · p, and ${maxScryptParallelism} for p.`
}

/** Memory that scrypt needs, times p. */
export function scryptBytes({
  logN,
  blockSize,
  parallelism,
}: Pick<ScryptHash, 'logN' | 'blockSize' | 'parallelism'>): number {
  return 128 * 2 ** logN * blockSize * parallelism
}

function parseScrypt(text: string): ScryptHash | null {
  const [, name, logN, blockSize, parallelism, ...tail] = scryptFormat.exec(text) ?? []
  const variant = (['key', 'nfkc', 'keystream'] as const).find((one) => scryptNames[one] === name)
  const parts = readTail(tail)
  if (variant === undefined || parts === null) return null
  const cost = { logN: Number(logN), blockSize: Number(blockSize), parallelism: Number(parallelism) }
  // RFC 7914, section 2.
  if (cost.logN >= 16 * cost.blockSize) return null
  return { kind: 'scrypt', variant, ...cost, ...parts }
}

function parsePbkdf2(text: string): Pbkdf2Hash | null {
  const [, name, iterations, ...tail] = pbkdf2Format.exec(text) ?? []
  const digest = (['sha1', 'sha256', 'sha512'] as const).find((one) => one === name)
  const parts = readTail(tail)
  if (digest === undefined || parts === null || parts.hash.length > blockBytes[digest]) return null
  return { kind: 'pbkdf2', digest, iterations: Number(iterations), ...parts }
}

function readTail([saltText = '', hashText = '']: readonly string[]) {
  const [salt, hash] = [Buffer.from(saltText, 'base64'), Buffer.from(hashText, 'base64')]
  if (salt.length < saltBytes.min || salt.length > saltBytes.max) return null
  if (hash.length < hashBytes.min || hash.length > hashBytes.max) return null
  // One text for each hash: bits that decoding ignores are zero.
  return toBase64(salt) === saltText && toBase64(hash) === hashText ? { salt, hash } : null
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
