import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/adapters/prisma/database.ts'
import type { AccessRole } from '../../src/domain/access/access-role.ts'
import type { Revocation } from '../../src/domain/tokens/revocation.ts'

export const defaultTenant = '00000000-0000-7000-8000-000000000001'

/** A name of a role that no other test uses. */
export function roleName(word = 'role'): string {
  return `${word}-${randomUUID().slice(0, 12)}`
}

/** Stores a role of the installation, or of the given tenant. */
export async function insertAccessRole(
  { client }: Database,
  given: Partial<AccessRole> = {},
): Promise<AccessRole> {
  const role: AccessRole = {
    id: randomUUID(),
    tenantId: null,
    name: roleName(),
    description: null,
    permissions: ['posts:read'],
    isDefault: false,
    ...given,
  }
  const now = new Date()
  const data = { ...role, permissions: [...role.permissions], createdAt: now, updatedAt: now }
  await client.accessRole.create({ data })
  return role
}

/** Gives users a role. Tokens that are issued from now on name it. */
export async function grantRole(
  { client }: Database,
  roleId: string,
  userIds: readonly string[],
): Promise<void> {
  const users = await client.user.findMany({ where: { id: { in: [...userIds] } } })
  await client.userAccessRole.createMany({
    data: users.map(({ id, tenantId }) => ({ userId: id, roleId, tenantId })),
  })
}

/** Changes the permissions of a role and raises the version of all roles, in one transaction. Returns the revocation to write or announce. */
export async function changeGrants(
  { client }: Database,
  role: Pick<AccessRole, 'id' | 'name'>,
  permissions: readonly string[],
  expiresAt: Date,
): Promise<Revocation> {
  const [, { version }] = await client.$transaction([
    client.accessRole.update({ where: { id: role.id }, data: { permissions: [...permissions] } }),
    client.accessVersion.update({ where: { id: 1 }, data: { version: { increment: 1 } } }),
  ])
  return { kind: 'ACCESS', tenantId: null, role: role.name, minimumAccessVersion: version, expiresAt }
}
