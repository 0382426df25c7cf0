/** Addresses that are reserved for the user who gave them up, so that an e-mail change can be undone. */
export interface EmailReservationStore {
  /** Reserves an address for the user. Replaces an older reservation of the address. */
  reserve(reservation: { tenantId: string; email: string; userId: string; until: Date }): Promise<void>
  /** Removes all reservations of the user. */
  release(userId: string): Promise<void>
  /** Removes up to `limit` reservations that ended before that time. Returns the number of removed reservations. */
  purge(endedBefore: Date, limit: number): Promise<number>
}
