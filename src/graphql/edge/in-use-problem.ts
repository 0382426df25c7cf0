import { InUseProblem } from '../../domain/problems.ts'
import type { Builder } from './builder.ts'
import { problemCodeValues } from './problem-codes.ts'
import type { ProblemInterfaces } from './problem-types.ts'

/** The problem of removing a permission or a role that is used. */
export function addInUse(builder: Builder, interfaces: ProblemInterfaces): void {
  builder.objectType(InUseProblem, {
    ...problemCodeValues.IN_USE,
    name: 'AuthInUseProblem',
    interfaces,
    fields: (t) => ({
      users: t.int({
        nullable: true,
        description: 'Number of users who have it, in all tenants. Null beyond 10 000.',
        resolve: ({ uses }) => uses.users,
      }),
      roles: t.field({
        type: ['String'],
        description:
          'Names of the roles that contain the permission, of the installation and of all tenants, at most 100. Empty for a role.',
        resolve: ({ uses }) => [...uses.roles],
      }),
      apiKeys: t.int({
        description: 'Number of valid API keys that name the permission, in all tenants. 0 for a role.',
        resolve: ({ uses }) => uses.apiKeys,
      }),
    }),
  })
}
