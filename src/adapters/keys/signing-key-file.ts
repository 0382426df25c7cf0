import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { KeyImportError, readPrivateKey, sealImportedKey } from '../../domain/keys/key-import.ts'
import type { Sealer } from '../../domain/keys/sealer.ts'
import type { SigningAlgorithm, StoredSigningKey } from '../../domain/keys/signing-key.ts'
import type { SigningKeyStore } from '../../domain/keys/signing-key-store.ts'
import { errorText } from '../../lib/text/error-text.ts'
import { isObject, parseJson } from '../../lib/text/json.ts'

export interface SigningKeyFileDeps {
  readonly path: string
  /** The algorithm that SIGNING_ALGORITHM names: the key that signs must be for it. */
  readonly algorithm: SigningAlgorithm
  readonly sealer: Sealer
}

const maxKeys = 10

/**
 * Signing keys of a file that is managed outside: a JWK Set of private keys (RFC 7517, section 5). The first key signs, all
 * of them are published and verify. The file is read again at each reload of the key ring. Nothing here changes it: every
 * method that would change the keys throws.
 */
export class SigningKeyFile implements SigningKeyStore {
  readonly managedOutside = true
  readonly #deps: SigningKeyFileDeps
  #read: { readonly digest: string; readonly keys: readonly StoredSigningKey[] } | null = null

  constructor(deps: SigningKeyFileDeps) {
    this.#deps = deps
  }

  /** @throws Error with a sentence if the file cannot be read or a key is not suitable */
  async list(): Promise<readonly StoredSigningKey[]> {
    try {
      const text = await readFile(this.#deps.path, 'utf8')
      const digest = createHash('sha256').update(text).digest('base64')
      if (this.#read?.digest !== digest) this.#read = { digest, keys: await this.#parse(text) }
      return this.#read.keys
    } catch (error) {
      throw new Error(`SIGNING_KEYS_FILE cannot be used: ${errorText(error)}`)
    }
  }

  insertFirst = refuse
  replaceNext = refuse
  planNext = refuse
  promote = refuse
  removeRetired = refuse
  reseal = refuse
  repair = refuse
  insert = refuse

  async #parse(text: string): Promise<readonly StoredSigningKey[]> {
    const set = parseJson(text)
    if (!isObject(set) || !Array.isArray(set.keys) || set.keys.length === 0 || set.keys.length > maxKeys)
      throw new KeyImportError(`The file is not a JWK Set of 1 to ${maxKeys} private keys.`)
    const { mtime } = await stat(this.#deps.path)
    const keys: StoredSigningKey[] = []
    for (const [index, jwk] of set.keys.entries()) keys.push(await this.#readKey(jwk, index, mtime))
    if (new Set(keys.map(({ kid }) => kid)).size < keys.length)
      throw new KeyImportError('The file contains a key twice.')
    return keys
  }

  async #readKey(jwk: unknown, index: number, createdAt: Date): Promise<StoredSigningKey> {
    const { sealer, algorithm } = this.#deps
    const found = readPrivateKey(JSON.stringify(jwk))
    const signs = index === 0
    if (signs && found.algorithm !== algorithm)
      throw new KeyImportError(
        `The first key is for ${found.algorithm}, but SIGNING_ALGORITHM is ${algorithm}.`,
      )
    const key = await sealImportedKey(found, sealer, createdAt)
    return signs ? { ...key, state: 'CURRENT', activatedAt: createdAt } : { ...key, state: 'RETIRING' }
  }
}

function refuse(): never {
  throw new Error('The signing keys are managed in the file that SIGNING_KEYS_FILE names. Change the file.')
}
