import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Sealer } from '../../domain/keys/sealer.ts'
import { deriveKey } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import type { Secret } from '../../lib/crypto/secret.ts'

const version = 1
const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM with a random nonce. Layout: version (1 byte), nonce (12), tag (16), ciphertext. The purpose is authenticated. */
export class AesSealer implements Sealer {
  readonly #sealing: Uint8Array
  readonly #opening: readonly Uint8Array[]

  /** The master key seals and opens, the previous one only opens. Each is 32 bytes in base64. */
  constructor(masterKey: Secret, previousMasterKey: Secret | null = null) {
    this.#sealing = sealingKey(masterKey)
    this.#opening = [this.#sealing, ...(previousMasterKey === null ? [] : [sealingKey(previousMasterKey)])]
  }

  seal(plain: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce, { authTagLength: tagBytes })
    cipher.setAAD(Buffer.from(purpose))
    const text = Buffer.concat([cipher.update(plain), cipher.final()])
    return new Uint8Array(Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), text]))
  }

  open(sealed: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> {
    const bytes = Buffer.from(sealed)
    if (bytes.length < 1 + nonceBytes + tagBytes || bytes.readUInt8(0) !== version)
      throw new Error('The data was not encrypted by this service.')
    for (const key of this.#opening) {
      const plain = openWith(key, bytes, purpose)
      if (plain !== null) return plain
    }
    throw new Error('The data was changed, or encrypted with another MASTER_KEY or for another purpose.')
  }
}

function sealingKey(masterKey: Secret): Uint8Array {
  return deriveKey(Buffer.from(masterKey.reveal(), 'base64'), 'gatehouse sealing')
}

function openWith(key: Uint8Array, bytes: Buffer, purpose: string): Uint8Array<ArrayBuffer> | null {
  const nonce = bytes.subarray(1, 1 + nonceBytes)
  const tag = bytes.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(purpose))
  decipher.setAuthTag(tag)
  try {
    const text = bytes.subarray(1 + nonceBytes + tagBytes)
    return new Uint8Array(Buffer.concat([decipher.update(text), decipher.final()]))
  } catch {
    return null
  }
}
