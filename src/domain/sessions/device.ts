import bowser from 'bowser'
import { sha256 } from '../../lib/digest.ts'

export const deviceTypes = ['DESKTOP', 'MOBILE', 'TABLET', 'BOT', 'UNKNOWN'] as const
export type DeviceType = (typeof deviceTypes)[number]

/** What people recognise a session by. */
export interface Device {
  /** For people: 'Firefox on Linux', or the name that the client gave. */
  readonly name: string
  readonly browser: string | null
  readonly os: string | null
  readonly type: DeviceType
}

/** What the client says of its own device. */
export interface DeviceHints {
  readonly name?: string | null | undefined
  readonly fingerprint?: string | null | undefined
}

/**
 * Reads a User-Agent; anything it cannot read is an unknown device, never an error. `mobile` is the client hint, which
 * tells what kind of device it is where the User-Agent does not.
 */
export function describeDevice(
  userAgent: string | null,
  hints: DeviceHints,
  mobile: boolean | null = null,
): Device {
  const read = readUserAgent(userAgent)
  const seen = read.type === 'UNKNOWN' && mobile === true ? { ...read, type: 'MOBILE' as const } : read
  const given = hints.name?.trim() || null
  const words = [seen.browser, seen.os].filter((part) => part !== null).join(' on ')
  return { ...seen, name: given ?? (words || 'Unknown device') }
}

function readUserAgent(userAgent: string | null): Omit<Device, 'name'> {
  if (userAgent === null || userAgent.trim() === '') return { browser: null, os: null, type: 'UNKNOWN' }
  const { browser, os, platform } = bowser.parse(userAgent)
  return { browser: familyOf(browser.name, userAgent), os: os.name || null, type: typeOf(platform.type) }
}

const knownBrowsers: ReadonlySet<string> = new Set(Object.values(bowser.BROWSER_MAP))

/** What of a device is named in words of ours: a program that is no known browser is called what its User-Agent says. */
export function displayedDevice({ browser, os }: Device): Pick<Device, 'browser' | 'os'> {
  return { browser: browser !== null && knownBrowsers.has(browser) ? browser : null, os }
}

/** For a program that is no browser the name of its product (RFC 9110 section 10.1.5): `okhttp/4.9` → okhttp. */
function familyOf(name: string | undefined, userAgent: string): string | null {
  // For what is not a known browser, a name is whatever stands before the first version, versions of others included.
  if (name && knownBrowsers.has(name)) return name
  const product = /^[a-z][\w.+-]{0,39}/i.exec(userAgent)?.[0] ?? null
  return product === 'Mozilla' ? null : product
}

function typeOf(platform: string | undefined): DeviceType {
  const found = deviceTypes.find((type) => type === platform?.toUpperCase())
  return found ?? 'UNKNOWN'
}

/** The client's own fingerprint at rest; null when it sent none. */
export function fingerprintDigest(hints: DeviceHints): Uint8Array<ArrayBuffer> | null {
  return hints.fingerprint ? sha256(`fingerprint\0${hints.fingerprint}`) : null
}

/**
 * One device as the grace window of refresh tokens sees it: the same User-Agent and the same fingerprint. The address
 * is no part of it: a phone changes networks between two requests.
 */
export function deviceDigest(userAgent: string | null, hints: DeviceHints): Uint8Array<ArrayBuffer> {
  return sha256(JSON.stringify(['device', userAgent, hints.fingerprint ?? null]))
}
