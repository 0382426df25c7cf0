import type { Place } from './geo-locator.ts'

const earthRadiusKm = 6371

/**
 * Great-circle distance between two places (haversine formula), in kilometres; null if the coordinates of one are
 * unknown.
 */
export function kilometresBetween(one: Place, other: Place): number | null {
  if (one.latitude === null || one.longitude === null) return null
  if (other.latitude === null || other.longitude === null) return null
  const north = radians(other.latitude - one.latitude) / 2
  const east = radians(other.longitude - one.longitude) / 2
  const cosines = Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude))
  const haversine = Math.sin(north) ** 2 + cosines * Math.sin(east) ** 2
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(haversine)))
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
