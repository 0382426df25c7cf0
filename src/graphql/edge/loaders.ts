import DataLoader from 'dataloader'
import type { User } from '../../domain/users/user.ts'
import type { UserStore } from '../../domain/users/user-store.ts'
import { isUuid } from '../../lib/uuid.ts'

/** Users by id for one operation: one statement for all ids that are asked for together. What is no uuid is nobody. */
export function createUserLoader(users: Pick<UserStore, 'findByIds'>): DataLoader<string, User | null> {
  return new DataLoader(
    async (ids) => {
      const wanted = ids.filter(isUuid)
      const found = wanted.length === 0 ? [] : await users.findByIds(wanted)
      const byId = new Map(found.map((user) => [user.id, user]))
      return ids.map((id) => byId.get(id) ?? null)
    },
    { maxBatchSize: 1000 },
  )
}
