import { allowsEnrolment } from '../../domain/factors/mfa-policy.ts'
import { maxPasskeys } from '../../domain/factors/passkey.ts'
import type { StartedCeremony } from '../../domain/factors/passkey-ceremony.ts'
import { creationOptions } from '../../domain/factors/passkey-options.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import { displayName } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import {
  type EnrolmentRequest,
  type FindEnrollerDeps,
  findEnroller,
  usableBy,
} from '../steps/factors/find-enroller.ts'

export type StartPasskeyRegistrationDeps = FindEnrollerDeps &
  Pick<FlowDeps, 'users' | 'passkeyStore' | 'passkeyCeremonies' | 'passkeyRp' | 'tenants' | 'clock'>

/**
 * Begins the registration of a passkey, in a session or during a sign-in. Stores nothing.
 * @throws the errors of findEnroller, InvalidInputProblem if no one may enrol a factor or there are too many passkeys
 */
export function createStartPasskeyRegistration(deps: StartPasskeyRegistrationDeps) {
  return async function startPasskeyRegistration(request: EnrolmentRequest): Promise<StartedCeremony> {
    const enroller = await findEnroller(deps, request)
    const { mfa } = await deps.tenants.rulesOf(enroller.tenantId)
    if (!allowsEnrolment(mfa)) throw enrolmentOff()
    const user = usableBy(enroller, await deps.users.findById(enroller.userId), deps.clock.now())
    const existing = await deps.passkeyStore.list(user.id)
    if (existing.length >= maxPasskeys) throw tooManyPasskeys()
    const { enrolmentToken } = request.proof
    const { token, ceremony } =
      enrolmentToken == null
        ? deps.passkeyCeremonies.begin('REGISTRATION', user.id)
        : deps.passkeyCeremonies.begin('ENROLMENT', enrolmentToken)
    const account = { id: user.id, email: user.email, name: displayName(user) }
    const options = creationOptions(ceremony.challenge, deps.passkeyRp, account, existing)
    return { ceremonyToken: token, options, expiresAt: ceremony.expiresAt }
  }
}

/** The configuration lets no one enrol a factor. */
export function enrolmentOff(): InvalidInputProblem {
  const message = 'Second factors cannot be enrolled: the service has switched them off (MFA).'
  return new InvalidInputProblem([{ path: [], code: 'ENROLMENT_OFF', message }])
}

export function tooManyPasskeys(): InvalidInputProblem {
  const message = `You have ${maxPasskeys} passkeys, which is the maximum. Remove one first.`
  return new InvalidInputProblem([{ path: [], code: 'TOO_MANY_PASSKEYS', message }])
}
