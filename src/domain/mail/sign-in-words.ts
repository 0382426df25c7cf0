import type { Place } from '../risk/geo-locator.ts'
import type { Device } from '../sessions/device.ts'

/**
 * A device as a mail names it: by browser and system, both of which are ours to name. Never by the name that its client
 * gave, which would be a stranger writing to the owner in our name.
 */
export function deviceInWords({ browser, os }: Pick<Device, 'browser' | 'os'>): string {
  const words = [browser, os].filter((name) => name !== null)
  return words.length === 0 ? 'a device that does not say what it is' : words.join(' on ')
}

/** Where a sign-in came from: the country, else the network. */
export function placeInWords(place: Pick<Place, 'country'> | null, network: string | null): string {
  const country = place?.country ?? null
  if (country !== null) return new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country
  return network === null ? 'an unknown place' : `the network ${network}`
}
