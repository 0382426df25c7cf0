import type { Origin } from '../origin/origin.ts'
import { type DeviceHints, type DeviceType, describeDevice, fingerprintDigest } from './device.ts'

/**
 * What a device is recognised by. Of the User-Agent only families count, never versions: browsers update themselves
 * between two requests. The address is no part of it: what moves changes networks.
 */
export interface DeviceProfile {
  /** Digest of the fingerprint that the client gave; null when it gave none. */
  readonly fingerprint: Uint8Array<ArrayBuffer> | null
  /** Family of the browser, or name of the program, such as Firefox. */
  readonly browser: string | null
  /** Family of the operating system, such as Android. */
  readonly os: string | null
  readonly type: DeviceType
  /** The client hint Sec-CH-UA-Platform; Chromium's browsers send it over https. */
  readonly platform: string | null
  /** First language of Accept-Language, without its region. */
  readonly language: string | null
}

/** The device that a request comes from, as far as it tells. */
export function deviceProfile(origin: Origin, hints: DeviceHints): DeviceProfile {
  const { browser, os, type } = describeDevice(origin.userAgent, hints, origin.mobile)
  const { platform, language } = origin
  return { fingerprint: fingerprintDigest(hints), browser, os, type, platform, language }
}
