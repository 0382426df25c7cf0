import type { PasskeyCeremony } from './passkey-ceremony.ts'

/** Remembers the ceremonies of WebAuthn whose tokens were used. */
export interface UsedCeremonyStore {
  /** Remembers a ceremony, in one statement: of parallel calls exactly one returns true. */
  use(ceremony: Pick<PasskeyCeremony, 'id' | 'expiresAt'>): Promise<boolean>
  /** Removes up to `limit` ceremonies that expired before that time. Returns the number of removed ones. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}
