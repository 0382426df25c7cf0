import DataLoader from 'dataloader'
import type { User } from '../../domain/users/user.ts'
import type { Flows } from '../../flows/create-flows.ts'

/** Loads users by id for one operation: one statement for all ids that are requested together. Null for ids that are not UUIDs. */
export function createUserLoader(findUsersById: Flows['findUsersById']): DataLoader<string, User | null> {
  return new DataLoader(
    async (ids) => {
      const byId = await findUsersById(ids)
      return ids.map((id) => byId.get(id) ?? null)
    },
    { maxBatchSize: 1000 },
  )
}
