import type { Place } from '../risk/geo-locator.ts'
import type { Device } from '../sessions/device.ts'
import { looksLikeLink } from './bait.ts'

/** Names of browsers and systems; nothing that a sentence or an address could be made of. */
const plainName = /^[\p{L}\p{N}][\p{L}\p{N} .+-]{0,29}$/u

/**
 * A device as a mail names it: by browser and system. Never by the name that its client gave, which would be a stranger
 * writing to the owner in our name; nor by words of a User-Agent that no known browser has.
 */
export function deviceInWords({ browser, os }: Pick<Device, 'browser' | 'os'>): string {
  const words = [browser, os].filter((name) => name !== null && plainName.test(name) && !looksLikeLink(name))
  return words.length === 0 ? 'a device that does not say what it is' : words.join(' on ')
}

/** Where a sign-in came from: the country, else the network. */
export function placeInWords(place: Pick<Place, 'country'> | null, network: string | null): string {
  const country = place?.country ?? null
  if (country !== null) return new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country
  return network === null ? 'an unknown place' : `the network ${network}`
}
