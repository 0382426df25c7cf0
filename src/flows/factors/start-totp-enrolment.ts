import { allowsEnrolment } from '../../domain/factors/mfa-policy.ts'
import { generateTotpSecret, type TotpDescription, totpSealingPurpose } from '../../domain/factors/totp.ts'
import type { FlowDeps } from '../flow-deps.ts'
import {
  type EnrolmentRequest,
  type FindEnrollerDeps,
  findEnroller,
  usableBy,
} from '../steps/factors/find-enroller.ts'
import { enrolmentOff } from './start-passkey-registration.ts'

type StartTotpEnrolmentDeps = FindEnrollerDeps &
  Pick<FlowDeps, 'tenants' | 'users' | 'totpSecrets' | 'totp' | 'sealer' | 'appName' | 'ids' | 'clock'>

/**
 * Creates a secret for an authenticator app. It decides nothing until a code confirms it, and replaces an earlier secret that
 * was not confirmed. @throws the errors of findEnroller, InvalidInputProblem if no one may enrol a factor
 */
export function createStartTotpEnrolment(deps: StartTotpEnrolmentDeps) {
  return async function startTotpEnrolment(request: EnrolmentRequest): Promise<TotpDescription> {
    const enroller = await findEnroller(deps, request)
    const { mfa } = await deps.tenants.rulesOf(enroller.tenantId)
    if (!allowsEnrolment(mfa)) throw enrolmentOff()
    const found = await deps.users.findById(enroller.userId)
    const user = usableBy(enroller, found, deps.clock.now())
    const secret = generateTotpSecret()
    await deps.totpSecrets.enrol({
      id: deps.ids.next(),
      userId: user.id,
      sealedSecret: deps.sealer.seal(secret, totpSealingPurpose(user.id)),
      createdAt: deps.clock.now(),
    })
    return deps.totp.describe(secret, { issuer: deps.appName, label: user.email })
  }
}
