import type { OwnerAccess } from '../../../domain/access/owner-access.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { User } from '../../../domain/users/user.ts'

/** What the roles of the application grant to a user; null without roles. */
export async function accessOfUser(
  { userAccess }: Pick<Stores, 'userAccess'>,
  { id }: Pick<User, 'id'>,
): Promise<OwnerAccess | null> {
  return (await userAccess.findOf([id])).get(id) ?? null
}
