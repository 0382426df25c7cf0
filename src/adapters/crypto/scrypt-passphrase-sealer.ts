import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { PassphraseSealer } from '../../domain/keys/passphrase-sealer.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import { isObject, parseJson } from '../../lib/text/json.ts'

const format = 'gatehouse-sealed-1'
/** OWASP Password Storage Cheat Sheet: N 2^17, r 8, p 1, which requires 128 MiB. */
const defaultCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
type Cost = typeof defaultCost
const keyBytes = 32
const saltBytes = 16
const nonceBytes = 12
const derive = promisify<string, Uint8Array, number, Cost, Buffer>(scrypt)

/** AES-256-GCM with a key from scrypt (RFC 7914). Salt and nonce are random for every file. */
export class ScryptPassphraseSealer implements PassphraseSealer {
  readonly #cost: Cost

  /** A file opens with the cost that it was sealed with. Only tests set another one. */
  constructor(cost: Partial<Cost> = {}) {
    this.#cost = { ...defaultCost, ...cost }
  }

  async seal(plain: string, passphrase: string): Promise<string> {
    const salt = randomBytes(saltBytes)
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, keyBytes, this.#cost), nonce)
    cipher.setAAD(Buffer.from(format))
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return JSON.stringify({ format, salt: toText(salt), nonce: toText(nonce), sealed: toText(sealed) })
  }

  async open(file: string, passphrase: string): Promise<string> {
    const { salt, nonce, sealed } = readFile(file)
    const tag = sealed.subarray(-16)
    const key = await derive(passphrase, salt, keyBytes, this.#cost)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
    decipher.setAAD(Buffer.from(format))
    decipher.setAuthTag(tag)
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8')
    } catch {
      throw new Error('The file cannot be decrypted: the passphrase is wrong, or the file was changed.')
    }
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function readFile(text: string): { salt: Buffer; nonce: Buffer; sealed: Buffer } {
  const parsed = parseJson(text)
  const fields = isObject(parsed) ? parsed : {}
  const read = (name: string): Buffer => Buffer.from(String(fields[name] ?? ''), 'base64')
  const parts = { salt: read('salt'), nonce: read('nonce'), sealed: read('sealed') }
  const valid =
    fields.format === format &&
    parts.salt.length === saltBytes &&
    parts.nonce.length === nonceBytes &&
    parts.sealed.length > 16
  if (!valid) throw new Error('The file is not an encrypted backup of this service.')
  return parts
}
