import { z } from 'zod'
import {
  type AccessPermission,
  maxAccessPermissions,
  permissionNameFault,
} from '../../domain/access/access-permission.ts'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, NameTakenProblem } from '../../domain/problems.ts'
import {
  type CommitAccessChangeDeps,
  commitAccessChange,
  requireInstallation,
} from '../steps/access/access-change.ts'
import { accessDescription } from '../steps/access/access-input.ts'
import { savePermission } from '../steps/access/change-permission.ts'
import { parseInput } from '../steps/input.ts'
import type { DeclaredPermission } from './find-access-permissions.ts'

const rules = z.object({
  name: z.string(),
  description: accessDescription,
  tenantGrantable: z.boolean().nullish(),
})

export type DefinePermissionInput = z.input<typeof rules>

/**
 * Creates or replaces a permission of the application.
 * @throws ForbiddenError outside of the default tenant, NameTakenProblem for a reserved name, InvalidInputProblem, and the
 * errors of commitAccessChange
 */
export function createDefinePermission(deps: CommitAccessChangeDeps) {
  return async function definePermission(
    raw: DefinePermissionInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<DeclaredPermission> {
    requireInstallation(viewer)
    return commitAccessChange(deps, { viewer, origin }, async (change) => {
      const input = parseInput(rules, raw)
      requireName(input.name)
      const permission: AccessPermission = {
        name: input.name,
        description: input.description ?? null,
        tenantGrantable: input.tenantGrantable ?? false,
      }
      const declared = await change.stores.access.listPermissions()
      const known = declared.find(({ name }) => name === permission.name) ?? null
      if (known === null && declared.length >= maxAccessPermissions) throw tooMany()
      const revocation = await savePermission(change, permission, known)
      return { result: { builtIn: false, ...permission }, revocation }
    })
  }
}

function requireName(name: string): void {
  const fault = permissionNameFault(name)
  if (fault === 'RESERVED_NAME')
    throw new NameTakenProblem(
      'This name, or its prefix, is reserved for built-in permissions. Choose another prefix.',
    )
  if (fault !== null) {
    const message =
      'Must be two words with a colon, such as posts:write: lower-case letters, digits and hyphens, at most 64 characters.'
    throw new InvalidInputProblem([{ path: ['name'], code: fault, message }])
  }
}

function tooMany(): InvalidInputProblem {
  const message = `There can be at most ${maxAccessPermissions} permissions of the application. Remove one first.`
  return new InvalidInputProblem([{ path: ['name'], code: 'TOO_MANY', message }])
}
