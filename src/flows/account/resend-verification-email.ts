import type { Origin } from '../../domain/origin/origin.ts'
import { acceptsRegistration } from '../../domain/tenants/registration-policy.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { type AddressInput, type RequestMailDeps, requestMail } from '../steps/mails/request-mail.ts'

type ResendDeps = RequestMailDeps & Pick<FlowDeps, 'pendingRegistrations' | 'tenants' | 'clock'>

/**
 * Mails a new verification link for the account, or for the newest pending registration of an address without an
 * account; older links of the same become void. An address that is unknown or already verified causes the same result,
 * work and writes. Returns the normalised address. @throws InvalidInputProblem
 */
export function createResendVerificationEmail(deps: ResendDeps) {
  return async function resendVerificationEmail(raw: AddressInput, origin: Origin): Promise<string> {
    return requestMail(deps, raw, {
      event: 'EMAIL_VERIFICATION_REQUESTED',
      origin,
      compose: async ({ address, tenant, user }) => {
        const pending = await deps.pendingRegistrations.findNewestOpen(tenant, address, deps.clock.now())
        const rules = (await deps.tenants.findBySlug(tenant))?.rules ?? deps.tenants.configured
        if (user === null && pending !== null && acceptsRegistration(rules.registration, address))
          return deps.mails(origin).verifyRegistration(pending)
        const recipient = user?.active === true && user.emailVerifiedAt === null ? user : null
        return deps.mails(origin).verifyEmail(recipient)
      },
    })
  }
}
