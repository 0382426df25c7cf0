import { sha256 } from '../../lib/crypto/digest.ts'
import { randomBytes } from '../../lib/crypto/random.ts'
import type { Ids } from '../../lib/ids/ids.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { daySeconds } from '../../lib/time/duration.ts'

/** A device on which the second step of a sign-in is skipped, as it is stored. */
export interface RememberedDevice {
  readonly id: string
  readonly userId: string
  readonly digest: Uint8Array<ArrayBuffer>
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** An account has at most this many. A further one replaces the oldest. */
export const maxRememberedDevices = 20

const pattern = /^ghm_[A-Za-z0-9_-]{43}$/

/** Creates a device with a secret of 256 random bits after a prefix that secret scanners recognise. */
export function newRememberedDevice(
  deps: { ids: Ids; clock: Clock },
  owner: { readonly userId: string; readonly days: number },
): { secret: string; device: RememberedDevice } {
  const secret = `ghm_${Buffer.from(randomBytes(32)).toString('base64url')}`
  const createdAt = deps.clock.now()
  const expiresAt = new Date(createdAt.getTime() + owner.days * daySeconds * 1000)
  const device = { id: deps.ids.next(), userId: owner.userId, digest: digestOf(secret), createdAt, expiresAt }
  return { secret, device }
}

/** The digest by which a device is stored; null for text that is not well formed. */
export function rememberedDigest(secret: string | null | undefined): Uint8Array<ArrayBuffer> | null {
  return secret != null && pattern.test(secret) ? digestOf(secret) : null
}

function digestOf(secret: string): Uint8Array<ArrayBuffer> {
  return sha256(`remembered-device\0${secret}`)
}
