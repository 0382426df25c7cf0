import type { OneTimeTokenPurpose } from '../one-time-tokens/one-time-token.ts'
import type { PendingRegistration } from './pending-registration.ts'

/** A tenant and a normalised address. */
export interface RegisteredAddress {
  readonly tenantId: string
  readonly email: string
}

/** An open registration. `live` states whether its verification link can be followed. */
export interface OpenRegistration {
  readonly id: string
  readonly live: boolean
}

/**
 * Registrations that wait for the link in their mail. A registration is open until it is denied or its address is verified. Those of a
 * deactivated tenant are not found.
 */
export interface PendingRegistrationStore {
  insert(registration: PendingRegistration): Promise<void>
  /** The newest registration of the address that has not expired, open or closed, to compare its password. Null if there is none. */
  findNewest(tenantSlug: string, email: string, now: Date): Promise<PendingRegistration | null>
  /** The newest open registration of the address that has not expired. Null if there is none. */
  findNewestOpen(tenantSlug: string, email: string, now: Date): Promise<PendingRegistration | null>
  /** The open registration that a live token of that purpose belongs to. Null for all other tokens. */
  findByToken(
    digest: Uint8Array<ArrayBuffer>,
    purpose: OneTimeTokenPurpose,
    now: Date,
  ): Promise<PendingRegistration | null>
  /**
   * Locks the open registrations of the address that have not expired or have a live verification link, until the
   * transaction ends. Of parallel transactions about one address, the second one sees what the first one has closed.
   */
  lockOpen(address: RegisteredAddress, now: Date): Promise<readonly OpenRegistration[]>
  /**
   * Notes that `login` has matched the password of a registration, open or closed. True for the first match: of parallel
   * calls exactly one. Without `counts` the same statement notes nothing, so that the next match is the first one.
   */
  noteMatch(id: string, now: Date, counts: boolean): Promise<boolean>
  /** Closes an open registration: its links are void. False if it does not exist or is closed. */
  close(id: string, now: Date): Promise<boolean>
  /** Closes every open registration of the address. */
  closeAll(address: RegisteredAddress, now: Date): Promise<void>
  /** Removes a registration with its tokens. */
  remove(id: string): Promise<void>
  /** Removes up to `limit` registrations that expired before that time and have no live link. Returns the number of removed rows. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}
