import { equalDigests } from '../../lib/digest.ts'
import type { DeviceProfile } from './device-profile.ts'

/**
 * Whether two requests come from one device, as far as anybody can tell. The fields, and why they count:
 *
 * - `fingerprint`: the client's own word decides where the earlier side has one, whatever else differs: an app knows its
 *   installation better than any header does. Who has given one gives it again: to leave it out (or to send one that is
 *   not accepted) is all that a thief would have to do.
 * - `browser`, `os`: families of the User-Agent; neither changes by itself, nor goes away: who has named them and does
 *   so no more (no User-Agent, or one that tells nothing) is another client. Versions never count: browsers update
 *   themselves, and a session lives longer than a version.
 * - `type`: a telephone does not become a desktop.
 * - `platform`: a client hint, which tools that copy a User-Agent tend to forget or to get wrong.
 * - `language` never makes a difference here: people change it. It adds to the score of a sign-in.
 *
 * What else one side does not know is not compared: hints come over https only, and a setting may switch them off.
 */
export function isSameDevice(before: DeviceProfile, now: DeviceProfile): boolean {
  if (before.fingerprint !== null) {
    return now.fingerprint !== null && equalDigests(before.fingerprint, now.fingerprint)
  }
  return (
    isKept(before.browser, now.browser) &&
    isKept(before.os, now.os) &&
    agree(knownType(before), knownType(now)) &&
    agree(before.platform, now.platform)
  )
}

/**
 * Whether a device is known by an earlier one: the same, and by something that both have told. A session without a
 * User-Agent makes no browser known.
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

function isKept(before: string | null, now: string | null): boolean {
  return before === null || before === now
}

function agree(before: string | null, now: string | null): boolean {
  return before === null || now === null || before === now
}
