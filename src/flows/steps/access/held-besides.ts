import type { AccessStore } from '../../../domain/access/access-store.ts'
import type { HeldBesides } from '../../../domain/access/role-policy.ts'
import { type MappedClaim, mappedClaims } from '../../../domain/tokens/mapped-claim.ts'

/** What tokens of holders of a role contain besides it: the different sets of other roles, with the longest mapped claims. */
export async function findHeldBesides(
  access: Pick<AccessStore, 'listCombinations'>,
  claims: readonly MappedClaim[],
  roleId: string,
): Promise<readonly HeldBesides[]> {
  const keys = [...new Set(claims.map(({ key }) => key))]
  const combinations = await access.listCombinations(roleId, keys)
  return combinations.map(({ roles, metadata }) => ({ roles, claims: mappedClaims(claims, metadata) }))
}
