import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { ProfileChange } from '../../domain/users/account-store.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { locale, parseInput, personName, phoneNumber, username } from '../steps/input.ts'
import { jsonObject } from '../steps/json-input.ts'

const rules = z.object({
  username: username.nullable().optional(),
  firstName: personName.nullable().optional(),
  lastName: personName.nullable().optional(),
  phoneNumber: phoneNumber.nullable().optional(),
  locale: locale.nullable().optional(),
  preferences: jsonObject.nullable().optional(),
})

export interface UpdateProfileInput {
  readonly username?: string | null | undefined
  readonly firstName?: string | null | undefined
  readonly lastName?: string | null | undefined
  readonly phoneNumber?: string | null | undefined
  readonly locale?: string | null | undefined
  readonly preferences?: JsonObject | null | undefined
}

type UpdateProfileDeps = Pick<FlowDeps, 'transaction' | 'audit' | 'clock'>

/**
 * Changes the viewer's profile. An absent field stays as it is; null clears it. The audit event names the fields, not
 * their values. @throws InvalidInputProblem, UsernameTakenProblem
 */
export function createUpdateProfile(deps: UpdateProfileDeps) {
  return async function updateProfile(
    raw: UpdateProfileInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<User> {
    const change = toChange(parseInput(rules, raw))
    const { userId, tenantId, sessionId } = viewer
    const details = { fields: Object.keys(change) }
    return deps.transaction(async (stores) => {
      await voidPhoneCode(stores, userId, change.phoneNumber)
      const user = await stores.accounts.updateProfile(userId, change, deps.clock.now())
      if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
      await stores.audit.append(
        deps.audit.event('PROFILE_UPDATED', origin, { tenantId, userId, sessionId, details }),
      )
      return user
    })
  }
}

/** Ends the code of another number. Locks the account, so that no verification of the earlier number runs meanwhile. */
async function voidPhoneCode(
  stores: Pick<Stores, 'accounts' | 'phoneCodes'>,
  userId: string,
  phoneNumber: string | null | undefined,
): Promise<void> {
  if (phoneNumber === undefined) return
  const before = await stores.accounts.lock(userId, null)
  if (before?.phoneNumber !== phoneNumber) await stores.phoneCodes.remove(userId)
}

function toChange(input: z.infer<typeof rules>): ProfileChange {
  return {
    ...(input.username === undefined ? {} : { username: input.username }),
    ...(input.firstName === undefined ? {} : { firstName: input.firstName }),
    ...(input.lastName === undefined ? {} : { lastName: input.lastName }),
    ...(input.phoneNumber === undefined ? {} : { phoneNumber: input.phoneNumber }),
    ...(input.locale === undefined ? {} : { locale: input.locale }),
    ...(input.preferences === undefined ? {} : { preferences: input.preferences ?? {} }),
  }
}
