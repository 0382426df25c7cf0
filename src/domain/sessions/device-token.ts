import { equalDigests, hmacSha256 } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'

/** Prefix that secret scanners recognise. */
const prefix = 'ghd_'
const version = 1
const idBytes = 16
/**
 * version (1), device (16), user (16), epoch (4), HMAC-SHA-256 (32): a multiple of three, so that the base64url form
 * is unique.
 */
const bodyBytes = 1 + idBytes + idBytes + 4
const tokenBytes = bodyBytes + 32
const pattern = /^ghd_[A-Za-z0-9_-]{92}$/

/** The content of a device token. It is authentic if `open` returned it. */
export interface DeviceToken {
  /** 128 random bits in hexadecimal. The id stays the same while the device is trusted. */
  readonly deviceId: string
  /** The account that signed in on the device. */
  readonly userId: string
  /** The device epoch of the account when the token was issued. The token is void if the account has a higher one. */
  readonly epoch: number
}

/**
 * Tokens that mark a device on which the owner of an account signed in (OWASP, "device cookies"). A token proves no
 * identity. It only gives the device its own count of failed attempts, so that attackers on other devices cannot lock
 * out the owner.
 */
export class DeviceTokens {
  readonly #keys: readonly Uint8Array[]

  /** @param keys the first one signs, all are accepted */
  constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys
  }

  /** Issues a token of this account; without a device id, for a new device. */
  issue(owner: Pick<DeviceToken, 'userId' | 'epoch'>, deviceId: string | null = null): string {
    const [signing] = this.#keys
    if (signing === undefined) throw new Error('There is no key to sign device tokens with.')
    const body = Buffer.alloc(bodyBytes)
    body.writeUInt8(version, 0)
    body.set(deviceId === null ? randomBytes(idBytes) : bytesOf(deviceId), 1)
    body.set(bytesOf(owner.userId.replaceAll('-', '')), 1 + idBytes)
    body.writeUInt32BE(owner.epoch, 1 + idBytes + idBytes)
    return prefix + Buffer.concat([body, hmacSha256(signing, body)]).toString('base64url')
  }

  /**
   * The content of an authentic token; null for any other text, and for null. The caller compares account and epoch.
   */
  open(text: string | null): DeviceToken | null {
    if (text === null || !pattern.test(text)) return null
    const bytes = Buffer.from(text.slice(prefix.length), 'base64url')
    if (bytes.length !== tokenBytes || bytes.readUInt8(0) !== version) return null
    const body = bytes.subarray(0, bodyBytes)
    const mac = bytes.subarray(bodyBytes)
    if (!this.#keys.some((key) => equalDigests(hmacSha256(key, body), mac))) return null
    return {
      deviceId: body.toString('hex', 1, 1 + idBytes),
      userId: uuidOf(body.toString('hex', 1 + idBytes, 1 + idBytes + idBytes)),
      epoch: body.readUInt32BE(1 + idBytes + idBytes),
    }
  }
}

/** The first of these tokens that is authentic and matches the account and its present epoch; null if there is none. */
export function findTrustedDevice(
  tokens: DeviceTokens,
  texts: readonly (string | null | undefined)[],
  owner: Pick<DeviceToken, 'userId' | 'epoch'> | null,
): DeviceToken | null {
  const opened = texts.map((text) => tokens.open(text ?? null))
  return opened.find((token) => token?.userId === owner?.userId && token?.epoch === owner?.epoch) ?? null
}

/** @throws if the text is not 16 bytes in hexadecimal */
function bytesOf(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length !== idBytes) throw new Error('An id in a device token must have 16 bytes.')
  return bytes
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
