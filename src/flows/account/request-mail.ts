import { z } from 'zod'
import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { email, parseInput, tenantSlug } from '../steps/input.ts'
import { type MailWithTokens, post } from '../steps/post-mail.ts'

const rules = z.object({ email, tenant: tenantSlug.nullish() })

export type AddressInput = z.input<typeof rules>

type RequestMailDeps = Pick<FlowDeps, 'users' | 'transaction' | 'mails' | 'audit' | 'courier'>

type ResendDeps = RequestMailDeps & Pick<FlowDeps, 'pendingRegistrations' | 'clock'>

/**
 * Mails a link that sets a new password. An unknown address causes the same result, work and writes; its rows are
 * discarded. Returns the normalised address. @throws InvalidInputProblem
 */
export function createRequestPasswordReset(deps: RequestMailDeps) {
  return async function requestPasswordReset(raw: AddressInput, origin: Origin): Promise<string> {
    const { address, user } = await findAccount(deps, raw)
    const recipient = user?.active === true ? user : null
    const audit = deps.audit.event('PASSWORD_RESET_REQUESTED', origin, subjectOf(user))
    await send(deps, deps.mails.resetPassword(recipient), audit)
    return address
  }
}

/**
 * Mails a new verification link for the account, or for the newest pending registration of an address without an
 * account; older links of the same become void. An address that is unknown or already verified causes the same result,
 * work and writes. Returns the normalised address. @throws InvalidInputProblem
 */
export function createResendVerificationEmail(deps: ResendDeps) {
  return async function resendVerificationEmail(raw: AddressInput, origin: Origin): Promise<string> {
    const { address, tenant, user } = await findAccount(deps, raw)
    const pending = await deps.pendingRegistrations.findNewestOpen(tenant, address, deps.clock.now())
    const recipient = user?.active === true && user.emailVerifiedAt === null ? user : null
    const audit = deps.audit.event('EMAIL_VERIFICATION_REQUESTED', origin, subjectOf(user))
    const mail =
      user === null && pending !== null
        ? deps.mails.verifyRegistration(pending)
        : deps.mails.verifyEmail(recipient)
    await send(deps, mail, audit)
    return address
  }
}

async function findAccount(
  deps: RequestMailDeps,
  raw: AddressInput,
): Promise<{ address: string; tenant: string; user: User | null }> {
  const input = parseInput(rules, raw)
  const tenant = input.tenant ?? defaultTenantSlug
  const found = await deps.users.findForLogin(tenant, { email: input.email })
  return { address: input.email, tenant, user: found?.user ?? null }
}

async function send(deps: RequestMailDeps, mail: MailWithTokens, audit: AuditEvent): Promise<void> {
  await deps.transaction(async (stores) => {
    await post(stores, mail)
    await stores.audit.append(audit)
  })
  deps.courier.wake()
}

function subjectOf(user: User | null) {
  return { tenantId: user?.tenantId ?? null, userId: user?.id ?? null }
}
