import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import { sealingPurpose } from '../../src/domain/keys/key-generation.ts'
import type { TestApp } from './test-app.ts'

type Part = Readonly<Record<string, unknown>> | string

/** Signs RS256 tokens with the key of the service, so that a token has exactly the flaw that a test chooses. */
export class Forger {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The header and the claims of a genuine token. */
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>

  private constructor(privateKey: KeyObject, genuine: string) {
    const [header = '', claims = ''] = genuine.split('.')
    this.privateKey = privateKey
    this.publicKey = createPublicKey(privateKey)
    this.header = JSON.parse(Buffer.from(header, 'base64url').toString())
    this.claims = JSON.parse(Buffer.from(claims, 'base64url').toString())
  }

  static async of(test: TestApp, genuine: string): Promise<Forger> {
    const row = await test.database.client.signingKey.findFirstOrThrow({ where: { state: 'CURRENT' } })
    const sealer = new AesSealer(test.config.secrets.masterKey)
    const jwk = sealer.open(row.sealedPrivateJwk, sealingPurpose(row.id))
    const key = createPrivateKey({ key: JSON.parse(Buffer.from(jwk).toString()), format: 'jwk' })
    return new Forger(key, genuine)
  }

  /** A token with the genuine header and claims and these changes; undefined removes a claim. */
  forge(header: Part = {}, claims: Part = {}, key = this.privateKey): string {
    return this.signText(this.text(this.header, header), this.text(this.claims, claims), key)
  }

  /** A part in base64url: the genuine one with changes, or exactly this text. */
  text(genuine: Readonly<Record<string, unknown>>, change: Part): string {
    const text = typeof change === 'string' ? change : JSON.stringify({ ...genuine, ...change })
    return Buffer.from(text).toString('base64url')
  }

  /** Signs two parts unchanged. */
  signText(header: string, claims: string, key = this.privateKey): string {
    return `${header}.${claims}.${sign('sha256', Buffer.from(`${header}.${claims}`), key).toString('base64url')}`
  }
}
