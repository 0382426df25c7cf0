/** Addresses that are reserved for the user who gave them up, so that an e-mail change can be undone. */
export interface EmailReservationStore {
  /** Reserves an address for the user. Replaces an older reservation of the address. */
  reserve(reservation: { tenantId: string; email: string; userId: string; until: Date }): Promise<void>
  /** The addresses that are reserved for the user at that time. */
  list(userId: string, now: Date): Promise<readonly string[]>
  /** Removes the reservations of addresses that no link to the user restores any more. */
  release(userId: string): Promise<void>
  /** Removes up to `limit` reservations that ended before that time. Returns the number of removed reservations. */
  purge(endedBefore: Date, limit: number): Promise<number>
}
