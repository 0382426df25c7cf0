import DataLoader from 'dataloader'
import type { User } from '../../domain/users/user.ts'
import type { Flows } from '../../flows/create-flows.ts'

/** Users by id for one operation: one statement for all ids that are asked for together. What is no uuid is nobody. */
export function createUserLoader(findUsersById: Flows['findUsersById']): DataLoader<string, User | null> {
  return new DataLoader(
    async (ids) => {
      const byId = await findUsersById(ids)
      return ids.map((id) => byId.get(id) ?? null)
    },
    { maxBatchSize: 1000 },
  )
}
