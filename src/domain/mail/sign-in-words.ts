import type { Place } from '../risk/geo-locator.ts'
import type { Device } from '../sessions/device.ts'

/**
 * A device in a mail: browser and operating system, both from fixed lists. The name that the client chose is never
 * used, since it would let an attacker write text to the owner in the name of this service.
 */
export function deviceInWords({ browser, os }: Pick<Device, 'browser' | 'os'>): string {
  const words = [browser, os].filter((name) => name !== null)
  return words.length === 0 ? 'an unknown device' : words.join(' on ')
}

/** The place of a sign-in: the country, or the network if the country is unknown. */
export function placeInWords(place: Pick<Place, 'country'> | null, network: string | null): string {
  const country = place?.country ?? null
  if (country !== null) return new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country
  return network === null ? 'an unknown place' : `the network ${network}`
}
