import { type Count, isOwn } from './attempt-counts.ts'
import type { Reservation } from './attempt-store.ts'

/** A count and its decision on the attempt. */
export interface Reserved {
  readonly count: Count
  readonly reservation: Reservation
}

type Locked = Extract<Reservation, { kind: 'LOCKED' }>

/** The decision of all counts. BUSY: the results of other comparisons decide. */
export type Decision =
  | Locked
  | { readonly kind: 'BUSY' }
  | { readonly kind: 'DELAYED'; readonly failuresBefore: number; readonly retryAfterMs: number }
  | { readonly kind: 'ADMITTED'; readonly failuresBefore: number; readonly inVain: boolean }

/**
 * The strictest result decides. A shared or silent count does not count attempts that are delayed anyway, and a silent lock
 * admits them in vain.
 */
export function decide(all: readonly Reserved[]): Decision {
  const own = all.filter(({ count }) => isOwn(count)).map(({ reservation }) => reservation)
  const open = all.filter(({ count }) => !count.silent).map(({ reservation }) => reservation)
  const failuresBefore = Math.max(0, ...open.map((one) => ('failures' in one ? one.failures : 0)))
  const ownLock = own.find(isLocked)
  if (ownLock !== undefined) return ownLock
  const delays = own.flatMap((one) => (one.kind === 'DELAYED' ? [one.retryAfterMs] : []))
  if (delays.length > 0) return { kind: 'DELAYED', failuresBefore, retryAfterMs: Math.max(...delays) }
  const sharedLock = open.find(isLocked)
  if (sharedLock !== undefined) return sharedLock
  if (all.some(({ reservation }) => reservation.kind === 'BUSY')) return { kind: 'BUSY' }
  const inVain = all.some(({ count, reservation }) => count.silent && isLocked(reservation))
  return { kind: 'ADMITTED', failuresBefore, inVain }
}

function isLocked(reservation: Reservation): reservation is Locked {
  return reservation.kind === 'LOCKED'
}
