import bowser from 'bowser'
import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import { sha256 } from '../../lib/crypto/digest.ts'

export const deviceTypes = ['DESKTOP', 'MOBILE', 'TABLET', 'BOT', 'UNKNOWN'] as const
export type DeviceType = (typeof deviceTypes)[number]

/** A device as users see it in the list of their sessions. */
export interface Device {
  /** A display name such as `Firefox on Linux`, or the name that the client sent. */
  readonly name: string
  readonly browser: string | null
  readonly os: string | null
  readonly type: DeviceType
}

/** Facts about the device that the client sent as arguments. */
export interface DeviceHints {
  readonly name?: string | null | undefined
  readonly fingerprint?: string | null | undefined
}

/**
 * Parses a User-Agent. Text that cannot be parsed gives an unknown device, never an error. `mobile` is the client hint
 * Sec-CH-UA-Mobile; it is used if the User-Agent does not reveal the type of device.
 */
export function describeDevice(
  userAgent: string | null,
  hints: DeviceHints,
  mobile: boolean | null = null,
): Device {
  const parsed = parseUserAgent(userAgent)
  const described =
    parsed.type === 'UNKNOWN' && mobile === true ? { ...parsed, type: 'MOBILE' as const } : parsed
  const givenName = hints.name?.trim() || null
  return { ...described, name: givenName ?? defaultDeviceName(described) }
}

/** The display name of a device that the client did not name, such as `Firefox on Linux`. */
export function defaultDeviceName({ browser, os }: Pick<Device, 'browser' | 'os'>): string {
  return [browser, os].filter((part) => part !== null).join(' on ') || 'Unknown device'
}

/** Those of the latest requests, of at most 512 characters each. */
const parsedUserAgents = new BoundedMap<string, Omit<Device, 'name'>>(500)

function parseUserAgent(userAgent: string | null): Omit<Device, 'name'> {
  if (userAgent === null || userAgent.trim() === '') return { browser: null, os: null, type: 'UNKNOWN' }
  return parsedUserAgents.getOrCreate(userAgent, () => {
    const { browser, os, platform } = bowser.parse(userAgent)
    return { browser: familyOf(browser.name, userAgent), os: os.name || null, type: typeOf(platform.type) }
  })
}

const knownBrowsers: ReadonlySet<string> = new Set(Object.values(bowser.BROWSER_MAP))

/**
 * Browser and system if their names come from the list of known browsers; the name of any other program is left out.
 */
export function displayedDevice({ browser, os }: Device): Pick<Device, 'browser' | 'os'> {
  return { browser: browser !== null && knownBrowsers.has(browser) ? browser : null, os }
}

/**
 * The family of a known browser, or the product name of another program (RFC 9110, section 10.1.5): `okhttp/4.9` →
 * `okhttp`.
 */
function familyOf(name: string | undefined, userAgent: string): string | null {
  // For unknown programs, the name from the parser is all text before the first version, so it is not used.
  if (name && knownBrowsers.has(name)) return name
  const product = /^[a-z][\w.+-]{0,39}/i.exec(userAgent)?.[0] ?? null
  return product === 'Mozilla' ? null : product
}

function typeOf(platform: string | undefined): DeviceType {
  const found = deviceTypes.find((type) => type === platform?.toUpperCase())
  return found ?? 'UNKNOWN'
}

/** The digest by which the fingerprint of a client is stored; null if it sent none. */
export function fingerprintDigest(hints: DeviceHints): Uint8Array<ArrayBuffer> | null {
  return hints.fingerprint ? sha256(`fingerprint\0${hints.fingerprint}`) : null
}

/**
 * The digest of a device in the grace window of refresh tokens: User-Agent and fingerprint. The address is not
 * included, since phones change networks between two requests.
 */
export function deviceDigest(userAgent: string | null, hints: DeviceHints): Uint8Array<ArrayBuffer> {
  return sha256(JSON.stringify(['device', userAgent, hints.fingerprint ?? null]))
}
