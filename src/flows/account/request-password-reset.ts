import type { Origin } from '../../domain/origin/origin.ts'
import { type AddressInput, type RequestMailDeps, requestMail } from '../steps/mails/request-mail.ts'

/**
 * Mails a link that sets a new password. An unknown address causes the same result, work and writes; its rows are
 * discarded. Returns the normalised address. @throws InvalidInputProblem
 */
export function createRequestPasswordReset(deps: RequestMailDeps) {
  return async function requestPasswordReset(raw: AddressInput, origin: Origin): Promise<string> {
    return requestMail(deps, raw, {
      event: 'PASSWORD_RESET_REQUESTED',
      origin,
      compose: ({ user }) => deps.mails(origin).resetPassword(user?.active === true ? user : null),
    })
  }
}
