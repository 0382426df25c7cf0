import DataLoader from 'dataloader'
import type { OwnerAccess } from '../../domain/access/owner-access.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
import type { Flows } from '../../flows/create-flows.ts'
import type { GraphqlContext } from './context.ts'

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

/** Whether users have a second step, by their ids, in one statement. */
export function createSecondStepLoader(
  findSecondSteps: Flows['findSecondSteps'],
): DataLoader<string, boolean> {
  return new DataLoader(
    async (ids) => {
      const required = await findSecondSteps(ids)
      return ids.map((id) => required.has(id))
    },
    { maxBatchSize: 1000 },
  )
}

/** What the roles of the application grant to users, by their ids, in one statement. */
export function createUserAccessLoader(
  findUserAccess: Flows['findUserAccess'],
): DataLoader<string, OwnerAccess | null> {
  return new DataLoader(
    async (ids) => {
      const access = await findUserAccess(ids)
      return ids.map((id) => access.get(id) ?? null)
    },
    { maxBatchSize: 1000 },
  )
}

/** The slugs of tenants by their ids; null for ids without a tenant. */
export function createTenantSlugLoader(
  findTenantSlugs: Flows['findTenantSlugs'],
): DataLoader<string, string | null> {
  return new DataLoader(async (ids) => {
    const slugs = await findTenantSlugs(ids)
    return ids.map((id) => slugs.get(id) ?? null)
  })
}

/** The user to whom a session or an API key belongs. @throws NotFoundProblem if the user has been deleted meanwhile */
export async function loadOwner(
  context: Pick<GraphqlContext, 'users'>,
  { userId }: { readonly userId: string },
): Promise<User> {
  const user = await context.users.load(userId)
  if (user === null) throw new NotFoundProblem()
  return user
}
