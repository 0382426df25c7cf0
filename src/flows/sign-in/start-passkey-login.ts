import { z } from 'zod'
import type { StartedCeremony } from '../../domain/factors/passkey-ceremony.ts'
import { requestOptions } from '../../domain/factors/passkey-options.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, tenantSlug } from '../steps/input.ts'

const rules = z.object({ tenant: tenantSlug.nullish() })

export type StartPasskeyLoginInput = z.input<typeof rules>

/**
 * Begins a sign-in with a passkey. Writes no row and reads none: the result is the same whether or not the tenant exists and
 * has accounts. @throws InvalidInputProblem
 */
export function createStartPasskeyLogin(deps: Pick<FlowDeps, 'passkeyCeremonies' | 'passkeyRp'>) {
  return function startPasskeyLogin(raw: StartPasskeyLoginInput): StartedCeremony {
    const { tenant } = parseInput(rules, raw)
    const { token, ceremony } = deps.passkeyCeremonies.begin('LOGIN', tenant ?? defaultTenantSlug)
    const options = requestOptions(ceremony.challenge, deps.passkeyRp)
    return { ceremonyToken: token, options, expiresAt: ceremony.expiresAt }
  }
}
