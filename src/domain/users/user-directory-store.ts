import type { StorePage } from '../../lib/store-page.ts'
import type { User, UserRole } from './user.ts'

/** Which users; null: all alike. */
export interface UserQuery {
  readonly tenantId: string
  /** What an e-mail address or a username begins with, in the form in which they are compared. */
  readonly prefix: string | null
  readonly role: UserRole | null
  readonly active: boolean | null
  /** By an administrator. */
  readonly locked: boolean | null
  readonly emailVerified: boolean | null
}

/** Lists of users, for those who may read them. */
export interface UserDirectoryStore {
  list(query: UserQuery, page: StorePage, now: Date): Promise<readonly User[]>
  /** How many there are, at most so many: counting stops there. */
  count(query: UserQuery, atMost: number, now: Date): Promise<number>
}
