import type { AttemptSubject } from '../../domain/attempts/attempt-subject.ts'
import { requiresFactor } from '../../domain/factors/mfa-policy.ts'
import { secondStepRequired } from '../../domain/factors/second-step-policy.ts'
import { type DeviceToken, findTrustedDevice } from '../../domain/sessions/device-token.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { TenantRules } from '../../domain/tenants/tenant-rules.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import type { LoginCandidate } from '../../domain/users/user-store.ts'
import { usernameKey } from '../../domain/users/username.ts'
import { normaliseEmail } from '../../lib/text/email-address.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'
import type { ValidLoginInput } from './login-input.ts'

export type LoginTargetDeps = Pick<
  FlowDeps,
  'tenants' | 'users' | 'pendingRegistrations' | 'deviceTokens' | 'clock'
>

/** What the identifier of a login names. */
export interface LoginTarget {
  /** Slug of the tenant. */
  readonly tenant: string
  /** Null if no active tenant has the slug. */
  readonly tenantId: string | null
  /** The rules of the tenant; those of the configuration if no active tenant has the slug. */
  readonly rules: TenantRules
  /** Normalised. */
  readonly identifier: string
  /** Null: there is no account. */
  readonly candidate: LoginCandidate | null
  /** The device of the request, if the owner of the account has signed in on it. */
  readonly device: DeviceToken | null
  /** Whether the right password is answered by a challenge of the second factor. */
  readonly secondStep: boolean
  /** Undefined if registrations are not compared, because addresses need not be verified. Null if there is none. */
  readonly pending: PendingRegistration | null | undefined
}

/** Runs the same statements whether or not there is an account. */
export async function findLoginTarget(
  deps: LoginTargetDeps,
  input: ValidLoginInput,
  { deviceCookie }: Credentials,
): Promise<LoginTarget> {
  const tenant = input.tenant ?? defaultTenantSlug
  const { identifier, by } = readIdentifier(input.identifier)
  const found = await deps.tenants.findActive(tenant)
  const rules = found?.rules ?? deps.tenants.configured
  const candidate = await deps.users.findForLogin(tenant, by)
  const owner = candidate === null ? null : { userId: candidate.user.id, epoch: candidate.deviceEpoch }
  const device = findTrustedDevice(deps.deviceTokens, [input.deviceToken, deviceCookie], owner)
  const secondStep =
    candidate !== null &&
    secondStepRequired(candidate.factors, requiresFactor(rules.mfa, candidate.user.role))
  const pending = await findPending(deps, rules, tenant, by)
  return { tenant, tenantId: found?.id ?? null, rules, identifier, candidate, device, secondStep, pending }
}

/**
 * The count that a failure goes to: that of the trusted device, of the account, or of an identifier without an
 * account.
 */
export function attemptSubjectOf({ tenant, identifier, candidate, device }: LoginTarget): AttemptSubject {
  if (candidate === null) return { kind: 'identifier', tenant, identifier }
  const { id: accountId, attemptEpoch: epoch } = candidate.user
  if (device === null) return { kind: 'account', identifier, accountId, epoch }
  return { kind: 'device', deviceId: device.deviceId, accountId, epoch }
}

type By = { readonly email: string } | { readonly usernameKey: string }

/** An identifier with an `@` is an address; any other is a username, because a username contains no `@`. */
function readIdentifier(raw: string): { identifier: string; by: By } {
  if (raw.includes('@')) {
    const email = normaliseEmail(raw) ?? raw
    return { identifier: email, by: { email } }
  }
  const key = usernameKey(raw)
  return { identifier: key, by: { usernameKey: key } }
}

/** A username reveals no registration: otherwise a registrant could find out which username has the address. */
async function findPending(
  { pendingRegistrations, clock }: LoginTargetDeps,
  { emailVerification }: TenantRules,
  tenant: string,
  by: By,
): Promise<PendingRegistration | null | undefined> {
  if (emailVerification !== 'required') return undefined
  if (!('email' in by)) return null
  return pendingRegistrations.findNewest(tenant, by.email, clock.now())
}
