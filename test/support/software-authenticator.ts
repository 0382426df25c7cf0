import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What a ceremony does differently from an honest browser and authenticator. */
export interface Flaws {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  /** The user is not verified. */
  readonly unverified?: boolean
  /** The user is not present. */
  readonly absent?: boolean
  /** The COSE algorithm that the public key claims. */
  readonly algorithm?: number
  readonly attestationFormat?: string
  readonly userHandle?: string | null
  readonly counter?: number
  /** Signs with the key of another authenticator. */
  readonly signedBy?: SoftwareAuthenticator
}

// biome-ignore lint/suspicious/noExplicitAny: options are JSON of any shape
type Options = any

const flag = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 }

/**
 * An authenticator and the browser in front of it, without either: one discoverable ES256 credential for one account.
 * `create` and `get` take the options in JSON and return the response in JSON.
 */
export class SoftwareAuthenticator {
  readonly credentialId: string
  readonly #origin: string
  readonly #aaguid: Buffer
  readonly #synced: boolean
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  #userHandle: string | null = null
  #counter: number

  constructor(
    origin: string,
    options: { aaguid?: string; synced?: boolean; counts?: boolean; credentialId?: string } = {},
  ) {
    this.#origin = origin
    this.#aaguid = Buffer.from((options.aaguid ?? '0'.repeat(32)).replaceAll('-', ''), 'hex')
    this.#synced = options.synced ?? false
    this.#counter = options.counts === true ? 1 : 0
    this.credentialId = options.credentialId ?? randomBytes(16).toString('base64url')
  }

  /** The response of `navigator.credentials.create()`. */
  create(options: Options, flaws: Flaws = {}) {
    this.#userHandle = options.user.id
    const clientDataJSON = this.#clientData('webauthn.create', options.challenge, flaws)
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp.id, flag.attested, flaws),
      this.#aaguid,
      uint16(Buffer.from(this.credentialId, 'base64url').length),
      Buffer.from(this.credentialId, 'base64url'),
      this.#coseKey(flaws.algorithm ?? -7),
    ])
    const attestation = new Map<string, unknown>([
      ['fmt', flaws.attestationFormat ?? 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ])
    // @ts-expect-error the type of the encoder has no unknown values
    const attestationObject = Buffer.from(isoCBOR.encode(attestation)).toString('base64url')
    return this.#envelope({
      clientDataJSON,
      attestationObject,
      transports: ['internal', 'hybrid', 'telepathy'],
    })
  }

  /** The response of `navigator.credentials.get()`. */
  get(options: Options, flaws: Flaws = {}) {
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, flaws)
    if (this.#counter > 0) this.#counter += 1
    const authData = this.#authenticatorData(options.rpId, 0, flaws)
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    const signer = flaws.signedBy ?? this
    return this.#envelope({
      clientDataJSON,
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, signer.#keys.privateKey).toString('base64url'),
      userHandle: flaws.userHandle === undefined ? this.#userHandle : flaws.userHandle,
    })
  }

  #envelope<R>(response: R) {
    const { credentialId: id } = this
    return {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response,
    }
  }

  #clientData(type: string, challenge: string, flaws: Flaws): string {
    const data = {
      type: flaws.type ?? type,
      challenge: flaws.challenge ?? challenge,
      origin: flaws.origin ?? this.#origin,
      crossOrigin: flaws.crossOrigin ?? false,
    }
    return Buffer.from(JSON.stringify(data)).toString('base64url')
  }

  #authenticatorData(rpId: string, more: number, flaws: Flaws): Buffer {
    const flags =
      more |
      (flaws.absent === true ? 0 : flag.present) |
      (flaws.unverified === true ? 0 : flag.verified) |
      (this.#synced ? flag.backupEligible | flag.backedUp : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(flaws.counter ?? this.#counter)
    return Buffer.concat([sha256(Buffer.from(flaws.rpId ?? rpId)), Buffer.from([flags]), counter])
  }

  #coseKey(algorithm: number): Uint8Array {
    const { x, y } = coordinatesOf(this.#keys.publicKey)
    return isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, algorithm],
        [-1, 1],
        [-2, x],
        [-3, y],
      ]),
    )
  }
}

function coordinatesOf(key: KeyObject) {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return { x: new Uint8Array(Buffer.from(x, 'base64url')), y: new Uint8Array(Buffer.from(y, 'base64url')) }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
