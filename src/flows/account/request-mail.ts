import { z } from 'zod'
import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { type MailWithTokens, post } from '../steps/account-mails.ts'
import { email, parseInput, tenantSlug } from '../steps/input.ts'

const rules = z.object({ email, tenant: tenantSlug.nullish() })

export type AddressInput = z.input<typeof rules>

type RequestMailDeps = Pick<FlowDeps, 'users' | 'transaction' | 'mails' | 'audit' | 'courier'>

/**
 * Mails a link that sets a new password. Answers, works and writes the same for an unknown address: there the rows
 * are thrown away. Answers the address as it was understood. @throws InvalidInputProblem
 */
export function createRequestPasswordReset(deps: RequestMailDeps) {
  return async (written: AddressInput, origin: Origin): Promise<string> => {
    const { address, user } = await findAddressee(deps, written)
    const reachable = user?.active === true ? user : null
    await send(
      deps,
      deps.mails.resetPassword(reachable),
      deps.audit.event('PASSWORD_RESET_REQUESTED', origin, subjectOf(user)),
    )
    return address
  }
}

/** Mails the verification link anew; the older one is void. Silent about everything, as above. @throws InvalidInputProblem */
export function createResendVerificationEmail(deps: RequestMailDeps) {
  return async (written: AddressInput, origin: Origin): Promise<string> => {
    const { address, user } = await findAddressee(deps, written)
    const reachable = user?.active === true && user.emailVerifiedAt === null ? user : null
    await send(
      deps,
      deps.mails.verifyEmail(reachable),
      deps.audit.event('EMAIL_VERIFICATION_REQUESTED', origin, subjectOf(user)),
    )
    return address
  }
}

async function findAddressee(
  deps: RequestMailDeps,
  written: AddressInput,
): Promise<{ address: string; user: User | null }> {
  const input = parseInput(rules, written)
  const found = await deps.users.findForLogin(input.tenant ?? defaultTenantSlug, { email: input.email })
  return { address: input.email, user: found?.user ?? null }
}

async function send(deps: RequestMailDeps, letter: MailWithTokens, audit: AuditEvent): Promise<void> {
  await deps.transaction(async (stores) => {
    await post(stores, letter)
    await stores.audit.append(audit)
  })
  deps.courier.wake()
}

function subjectOf(user: User | null) {
  return { tenantId: user?.tenantId ?? null, userId: user?.id ?? null }
}
