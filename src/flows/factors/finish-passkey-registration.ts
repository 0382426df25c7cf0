import { z } from 'zod'
import { allowsEnrolment, requiresFactor } from '../../domain/factors/mfa-policy.ts'
import {
  defaultPasskeyName,
  knownTransports,
  maxPasskeys,
  type Passkey,
  type PasskeyCredential,
} from '../../domain/factors/passkey.ts'
import type { PasskeyCeremony } from '../../domain/factors/passkey-ceremony.ts'
import { providerOf } from '../../domain/factors/passkey-providers.ts'
import { secondStepRequired } from '../../domain/factors/second-step-policy.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidPasskeyProblem, InvalidTokenProblem } from '../../domain/problems.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { continueSignIn, type EnrolledSignIn } from '../steps/factors/continue-sign-in.ts'
import {
  assertStillRequired,
  type Enroller,
  type EnrolmentProof,
  type EnrolmentRequest,
  type FindEnrollerDeps,
  findEnroller,
  usableBy,
} from '../steps/factors/find-enroller.ts'
import { keepSession } from '../steps/factors/keep-session.ts'
import { passkeyName, readRegistration } from '../steps/factors/passkey-input.ts'
import { logRefusedPasskey } from '../steps/factors/prove-passkey.ts'
import { recordFactorChange } from '../steps/factors/record-factor-change.ts'
import { type NewRecoveryCodes, newRecoveryCodes, storeFirstCodes } from '../steps/factors/recovery-codes.ts'
import { parseInput } from '../steps/input.ts'
import { enrolmentOff, tooManyPasskeys } from './start-passkey-registration.ts'

const rules = z.object({ name: passkeyName.nullish() })

export type FinishPasskeyRegistrationInput = z.input<typeof rules> & {
  readonly ceremonyToken: string
  readonly response: JsonObject
}

/** The request of a registration. The ceremony says whether it belongs to a sign-in. */
export type RegistrationRequest = Omit<EnrolmentRequest, 'proof'> & Pick<EnrolmentProof, 'device'>

export type FinishPasskeyRegistrationDeps = FindEnrollerDeps &
  Pick<
    FlowDeps,
    | 'users'
    | 'passkeyCeremonies'
    | 'passkeyRp'
    | 'webauthn'
    | 'tenants'
    | 'factors'
    | 'hasher'
    | 'transaction'
    | 'audit'
    | 'mails'
    | 'courier'
    | 'ids'
    | 'clock'
    | 'logger'
  >

export interface PasskeyRegistered {
  readonly passkey: Passkey
  /** Shown once; null: the account has unused ones, or no second step is required. */
  readonly recoveryCodes: readonly string[] | null
  /** Completes the sign-in during which the passkey was registered; null in a session. */
  readonly enrolled: EnrolledSignIn | null
}

/** The passkey is registered by the ceremony of this user. */
interface Registrar {
  readonly enroller: Enroller
  readonly tenantRules: TenantRules
  readonly user: User
  readonly ceremony: PasskeyCeremony
}

/**
 * Registers a passkey, in a session or during the sign-in in which the ceremony began. Recovery codes are generated if a
 * sign-in with the password then requires a second step. The ceremony is used with it: a second call with the same token is
 * refused.
 * @throws the errors of findEnroller, InvalidInputProblem, InvalidTokenProblem for a ceremony that has expired or is that of
 * another account, InvalidPasskeyProblem
 */
export function createFinishPasskeyRegistration(deps: FinishPasskeyRegistrationDeps) {
  return async function finishPasskeyRegistration(
    raw: FinishPasskeyRegistrationInput,
    request: RegistrationRequest,
  ): Promise<PasskeyRegistered> {
    const { origin } = request
    const registrar = await findRegistrar(deps, raw.ceremonyToken, request)
    const { user, ceremony } = registrar
    const { name } = parseInput(rules, { name: raw.name })
    const response = readRegistration('response', raw.response)
    const verified = await deps.webauthn.verifyRegistration(response, ceremony.challenge)
    if (verified.rejection !== null) throw refused(deps, verified.rejection, user, origin)
    const { rejection, ...facts } = verified
    const now = deps.clock.now()
    const passkey = {
      ...facts,
      id: deps.ids.next(),
      userId: user.id,
      name: name ?? providerOf(facts.aaguid) ?? defaultPasskeyName,
      rpId: deps.passkeyRp.id,
      transports: knownTransports(response.transports),
      createdAt: now,
      lastUsedAt: null,
    }
    const codes = await codesFor(deps, registrar)
    const stored = await store(deps, { ...registrar, passkey, codes, origin, now })
    deps.courier.wake()
    return { passkey, ...stored }
  }
}

/** Who registers: the user of the sign-in in which the ceremony began, otherwise the signed-in one. */
async function findRegistrar(
  deps: FinishPasskeyRegistrationDeps,
  token: string,
  request: RegistrationRequest,
): Promise<Registrar> {
  const { passkeyCeremonies, tenants, users, clock } = deps
  const isEnrolment = passkeyCeremonies.isOf('ENROLMENT', token)
  const ceremony = passkeyCeremonies.open(isEnrolment ? 'ENROLMENT' : 'REGISTRATION', token)
  if (isEnrolment && ceremony === null) throw new InvalidTokenProblem()
  const enrolmentToken = isEnrolment ? ceremony?.subject : null
  const enroller = await findEnroller(deps, { ...request, proof: { device: request.device, enrolmentToken } })
  const tenantRules = await tenants.rulesOf(enroller.tenantId)
  if (!allowsEnrolment(tenantRules.mfa)) throw enrolmentOff()
  if (ceremony === null) throw new InvalidTokenProblem()
  if (!isEnrolment && ceremony.subject !== enroller.userId) throw new InvalidTokenProblem()
  const user = usableBy(enroller, await users.findById(enroller.userId), clock.now())
  return { enroller, tenantRules, user, ceremony }
}

interface Registration extends Registrar {
  readonly passkey: PasskeyCredential
  readonly codes: NewRecoveryCodes | null
  readonly origin: Origin
  readonly now: Date
}

/** Null if the account has unused codes, or passkeys are only a way to sign in. */
async function codesFor(
  deps: FinishPasskeyRegistrationDeps,
  { user: { id, role }, tenantRules: { mfa } }: Registrar,
): Promise<NewRecoveryCodes | null> {
  const deadline = deps.hasher.newDeadline()
  const before = await deps.factors.summaryOf(id, deps.clock.now())
  const after = { ...before, passkeyCount: before.passkeyCount + 1 }
  if (before.recoveryCodesLeft > 0 || !secondStepRequired(after, requiresFactor(mfa, role))) return null
  return newRecoveryCodes(deps, deadline)
}

function store(
  deps: FinishPasskeyRegistrationDeps,
  registration: Registration,
): Promise<Omit<PasskeyRegistered, 'passkey'>> {
  const { enroller, tenantRules, passkey, codes, ceremony, origin, now } = registration
  return deps.transaction(async (stores) => {
    // Parallel registrations wait here and count each other's passkeys.
    const locked = await stores.accounts.lock(enroller.userId, enroller.tokenVersion)
    const user = usableBy(enroller, locked, now)
    await assertStillRequired(stores, enroller, now)
    if (!(await stores.usedCeremonies.use(ceremony)))
      throw refused(deps, 'The ceremony was used before.', user, origin)
    if ((await stores.passkeys.list(user.id)).length >= maxPasskeys) throw tooManyPasskeys()
    if (!(await stores.passkeys.insert(passkey)))
      throw refused(deps, 'An account has a passkey with this credential id.', user, origin)
    const { sessionId } = enroller
    const change = { change: 'ADDED', factor: 'PASSKEY', id: passkey.id, replaced: null } as const
    await recordFactorChange(deps, stores, { user, sessionId, change, origin, now })
    await keepSession(stores, enroller, user, tenantRules.sessions, now)
    const recoveryCodes = await storeFirstCodes(deps, stores, { user, sessionId, codes, origin })
    return { recoveryCodes, enrolled: await continueSignIn(deps, stores, enroller, 'PASSKEY') }
  })
}

function refused(
  deps: Pick<FlowDeps, 'logger'>,
  reason: string,
  { id: userId }: User,
  { requestId }: Origin,
): InvalidPasskeyProblem {
  logRefusedPasskey(deps, { userId, requestId, reason })
  return new InvalidPasskeyProblem()
}
