import type { Origin } from '../origin/origin.ts'
import { type DeviceHints, type DeviceType, describeDevice, fingerprintDigest } from './device.ts'

/**
 * The features by which a device is recognised. Browser and system are families without versions, since browsers update
 * themselves. The address is not included, since mobile devices change networks.
 */
export interface DeviceProfile {
  /** Digest of the fingerprint that the client sent; null if it sent none. */
  readonly fingerprint: Uint8Array<ArrayBuffer> | null
  /** Family of the browser, such as Firefox, or the name of another program. */
  readonly browser: string | null
  /** Family of the operating system, such as Android. */
  readonly os: string | null
  readonly type: DeviceType
  /** The client hint Sec-CH-UA-Platform, which Chromium-based browsers send over https. */
  readonly platform: string | null
  /** First language of Accept-Language, without its region. */
  readonly language: string | null
}

/** The profile of the device that sent a request. */
export function deviceProfile(origin: Origin, hints: DeviceHints): DeviceProfile {
  const { browser, os, type } = describeDevice(origin.userAgent, hints, origin.mobile)
  const { platform, language } = origin
  return { fingerprint: fingerprintDigest(hints), browser, os, type, platform, language }
}
