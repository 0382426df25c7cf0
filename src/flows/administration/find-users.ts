import { z } from 'zod'
import { maxRoleNameLength } from '../../domain/access/access-role.ts'
import type { Viewer } from '../../domain/access/viewer.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { type User, userRoles } from '../../domain/users/user.ts'
import type { UserQuery } from '../../domain/users/user-store.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import { maxEmailLength, normaliseEmail } from '../../lib/text/email-address.ts'
import { trimPasted } from '../../lib/text/pasted-text.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { line, parseInput, tenantSlug } from '../steps/input.ts'

const rules = z.object({
  filter: z.object({
    search: line(maxEmailLength).nullish(),
    role: z.enum(userRoles).nullish(),
    accessRole: line(maxRoleNameLength).nullish(),
    active: z.boolean().nullish(),
    locked: z.boolean().nullish(),
    emailVerified: z.boolean().nullish(),
    tenant: tenantSlug.nullish(),
  }),
})

export type FindUsersFilter = z.input<typeof rules>['filter']

/** Counting stops here, so that a count has bounded cost. */
const maxCounted = 10_000

type FindUsersDeps = Pick<FlowDeps, 'users' | 'tenants' | 'clock'>

export interface FoundUsers {
  readonly users: readonly User[]
  /** Number of users on all pages; null if there are more than 10 000. */
  count(): Promise<number | null>
}

/**
 * A page of the users of the viewer's tenant, newest first. @throws InvalidInputProblem, NotFoundProblem for another
 * tenant
 */
export function createFindUsers(deps: FindUsersDeps) {
  return async function findUsers(
    raw: FindUsersFilter,
    page: StorePage,
    viewer: Pick<Viewer, 'tenantId'>,
  ): Promise<FoundUsers> {
    const { filter } = parseInput(rules, { filter: raw })
    const { tenantId } = viewer
    // No other tenant is looked up, so that the time of the answer reveals none.
    if (filter.tenant != null && (await deps.tenants.findById(tenantId))?.slug !== filter.tenant) {
      throw new NotFoundProblem()
    }
    const query: UserQuery = {
      tenantId,
      prefix: toPrefix(filter.search ?? ''),
      role: filter.role ?? null,
      accessRole: filter.accessRole ?? null,
      active: filter.active ?? null,
      locked: filter.locked ?? null,
      emailVerified: filter.emailVerified ?? null,
    }
    const now = deps.clock.now()
    return {
      users: await deps.users.list(query, page, now),
      async count() {
        const total = await deps.users.count(query, maxCounted + 1, now)
        return total > maxCounted ? null : total
      },
    }
  }
}

/** The form in which addresses and usernames are compared. Null if the text contains only whitespace. */
function toPrefix(search: string): string | null {
  const prefix = trimPasted(search).normalize('NFC').toLowerCase()
  return prefix === '' ? null : (normaliseEmail(prefix) ?? prefix)
}
