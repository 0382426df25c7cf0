import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import {
  generatePhoneCode,
  type PhoneCode,
  phoneCodeLifeMs,
  readPhoneCode,
} from '../../domain/phone-codes/phone-code.ts'
import { InvalidCodeProblem, InvalidInputProblem, NotFoundProblem } from '../../domain/problems.ts'
import type { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import { phoneCountry, phonePrefix } from '../../domain/users/phone-number.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'

export interface RequestedPhoneCode {
  readonly phoneNumber: string
  readonly expiresAt: Date
}

type RequestDeps = Pick<
  FlowDeps,
  | 'sendsTextMessages'
  | 'textCountries'
  | 'users'
  | 'tenants'
  | 'rateLimits'
  | 'phoneCodeDigests'
  | 'mails'
  | 'courier'
  | 'transaction'
  | 'ids'
  | 'clock'
>

/**
 * Sends a code to the viewer's phone number. It replaces an earlier code.
 * @throws NotFoundProblem if text messages are not configured; InvalidInputProblem without a number that can be verified and to which messages are sent;
 *   RateLimitedProblem
 */
export function createRequestPhoneVerification(deps: RequestDeps) {
  return async function requestPhoneVerification(
    viewer: UserViewer,
    origin: Origin,
    report: LimitReport,
  ): Promise<RequestedPhoneCode> {
    if (!deps.sendsTextMessages)
      throw new NotFoundProblem('The verification of phone numbers is not configured on this service.')
    const { userId } = viewer
    const phoneNumber = unverifiedNumber(await deps.users.findById(userId))
    requireServed(phoneNumber, deps.textCountries)
    const { budgets: tenantBudgets } = await deps.tenants.rulesOf(viewer.tenantId)
    const target = { phoneNumber, phonePrefix: phonePrefix(phoneNumber), tenantBudgets }
    await deps.rateLimits.chargeTextMessage({ ...target, caller: { origin, viewer }, report })
    const code = generatePhoneCode()
    const stored = newPhoneCode(deps, { userId, phoneNumber, code })
    const message = deps.mails(origin).verifyPhone(phoneNumber, code, stored)
    await deps.transaction(async (stores) => {
      const user = await stores.accounts.lock(userId, null)
      if (unverifiedNumber(user) !== phoneNumber)
        throw unusableNumber('CHANGED', 'The number was just changed.')
      await stores.phoneCodes.replace(stored)
      await stores.mail.enqueue(message)
    })
    deps.courier.wake()
    return { phoneNumber, expiresAt: stored.expiresAt }
  }
}

function newPhoneCode(
  { phoneCodeDigests, ids, clock }: Pick<FlowDeps, 'phoneCodeDigests' | 'ids' | 'clock'>,
  claim: Parameters<FlowDeps['phoneCodeDigests']['of']>[0],
): PhoneCode {
  const createdAt = clock.now()
  const expiresAt = new Date(createdAt.getTime() + phoneCodeLifeMs)
  return { id: ids.next(), userId: claim.userId, digest: phoneCodeDigests.of(claim), createdAt, expiresAt }
}

function unverifiedNumber(user: User | null): string {
  if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
  const { phoneNumber, phoneVerifiedAt } = user
  if (phoneNumber === null)
    throw unusableNumber('REQUIRED', 'Set a phone number with updateProfile, then request a code.')
  if (phoneVerifiedAt !== null) throw unusableNumber('ALREADY_VERIFIED', 'The number is verified already.')
  return phoneNumber
}

/** A number whose country is not known is served only if all are. */
function requireServed(phoneNumber: string, countries: readonly string[] | null): void {
  if (countries === null) return
  const country = phoneCountry(phoneNumber)
  if (country === null || !countries.includes(country))
    throw unusableNumber(
      'COUNTRY_NOT_SERVED',
      'Numbers of this country cannot be verified. Use a number of another country.',
    )
}

function unusableNumber(code: string, message: string): InvalidInputProblem {
  return new InvalidInputProblem([{ path: ['phoneNumber'], code, message }])
}

type VerifyDeps = Pick<
  FlowDeps,
  'users' | 'phoneCodes' | 'phoneCodeDigests' | 'transaction' | 'audit' | 'clock'
>

/**
 * Verifies the viewer's phone number. A try is taken before the code is compared, so that parallel calls get no more tries
 * than one after the other. @throws InvalidCodeProblem
 */
export function createVerifyPhone(deps: VerifyDeps) {
  return async function verifyPhone(rawCode: string, viewer: UserViewer, origin: Origin): Promise<User> {
    const code = readPhoneCode(rawCode)
    if (code === null) throw new InvalidCodeProblem(null)
    const { userId, tenantId, sessionId } = viewer
    const now = deps.clock.now()
    const phoneNumber = (await deps.users.findById(userId))?.phoneNumber ?? null
    const taken = await deps.phoneCodes.takeTry(userId, now)
    if (taken === null || phoneNumber === null) throw new InvalidCodeProblem(null)
    if (!deps.phoneCodeDigests.matches(taken.digest, { userId, phoneNumber, code }))
      throw new InvalidCodeProblem(taken.triesLeft)
    const audit = deps.audit.event('PHONE_VERIFIED', origin, { tenantId, userId, sessionId })
    return deps.transaction(async (stores) => {
      const before = await stores.accounts.lock(userId, null)
      if (before === null) throw new UnauthenticatedError('TOKEN_REVOKED')
      const isCurrent = before.phoneNumber === phoneNumber
      if (!isCurrent || !(await stores.phoneCodes.consume(taken.id, userId, now)))
        throw new InvalidCodeProblem(null)
      const verified = await stores.accounts.verifyPhone(userId, now)
      if (verified === null) throw new UnauthenticatedError('TOKEN_REVOKED')
      await stores.audit.append(audit)
      return verified
    })
  }
}
