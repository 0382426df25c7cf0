import { equalDigests } from '../../lib/crypto/digest.ts'
import type { DeviceProfile } from './device-profile.ts'

/**
 * Whether two requests seem to come from the same device. The fields are compared as follows:
 *
 * - `fingerprint`: if the earlier profile has one, it alone decides, since an app identifies its installation better than
 *   any header. A later request without a fingerprint is another device; otherwise a thief would only have to omit it.
 * - `browser`, `os`: families from the User-Agent. They do not change or disappear by themselves, so a request without
 *   them is another device. Versions are ignored, since browsers update themselves during the life of a session.
 * - `type`: a phone does not become a desktop.
 * - `platform`: a client hint, which tools that copy a User-Agent often omit or get wrong.
 * - `language` is ignored here, since users change it. It adds to the score of a sign-in.
 *
 * A type or platform that one side does not know is not compared: browsers send client hints over https only, and users
 * can disable them.
 */
export function isSameDevice(before: DeviceProfile, now: DeviceProfile): boolean {
  if (before.fingerprint !== null) {
    return now.fingerprint !== null && equalDigests(before.fingerprint, now.fingerprint)
  }
  return (
    isUnchanged(before.browser, now.browser) &&
    isUnchanged(before.os, now.os) &&
    isCompatible(knownType(before), knownType(now)) &&
    isCompatible(before.platform, now.platform)
  )
}

/**
 * Whether an earlier session makes a device known: it is the same device, and both have a fingerprint or both name a
 * browser or system. A session without a User-Agent does not make a browser known.
 */
export function isKnownBy(before: DeviceProfile, now: DeviceProfile): boolean {
  const byFingerprint = before.fingerprint !== null && now.fingerprint !== null
  return isSameDevice(before, now) && (byFingerprint || namesItself(before) === namesItself(now))
}

function namesItself({ browser, os }: DeviceProfile): boolean {
  return browser !== null || os !== null
}

function knownType({ type }: DeviceProfile): string | null {
  return type === 'UNKNOWN' ? null : type
}

function isUnchanged(before: string | null, now: string | null): boolean {
  return before === null || before === now
}

function isCompatible(before: string | null, now: string | null): boolean {
  return before === null || now === null || before === now
}
