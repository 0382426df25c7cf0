import { equalDigests } from '../../lib/digest.ts'
import type { DeviceProfile } from './device-profile.ts'

/**
 * Whether two requests come from one device, as far as anybody can tell. The fields, and why they count:
 *
 * - `fingerprint`: the client's own word decides when both sides have one, whatever else differs: an app knows its
 *   installation better than any header does.
 * - `browser`, `os`: families of the User-Agent; neither changes by itself. Versions never count: browsers update
 *   themselves, and a session lives longer than a version.
 * - `type`: a telephone does not become a desktop.
 * - `platform`: a client hint, which tools that copy a User-Agent tend to forget or to get wrong.
 * - `language` never makes a difference here: people change it. It adds to the score of a sign-in.
 *
 * What one side does not know is not compared: hints come over https only, and a privacy setting may switch them off.
 * But who has named its browser and does so no more (no User-Agent, or one without any name) is another client: no
 * browser forgets its name.
 */
export function isSameDevice(before: DeviceProfile, now: DeviceProfile): boolean {
  if (before.fingerprint !== null && now.fingerprint !== null) {
    return equalDigests(before.fingerprint, now.fingerprint)
  }
  if (namesItself(before) && !namesItself(now)) return false
  return (
    agree(before.browser, now.browser) &&
    agree(before.os, now.os) &&
    agree(knownType(before), knownType(now)) &&
    agree(before.platform, now.platform)
  )
}

function namesItself({ browser, os }: DeviceProfile): boolean {
  return browser !== null || os !== null
}

function knownType({ type }: DeviceProfile): string | null {
  return type === 'UNKNOWN' ? null : type
}

function agree(before: string | null, now: string | null): boolean {
  return before === null || now === null || before === now
}
