import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { ProfileChange } from '../../domain/users/account-store.ts'
import type { User } from '../../domain/users/user.ts'
import type { JsonObject, JsonValue } from '../../lib/json.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, personName, phoneNumber, username } from '../steps/input.ts'

/** Maximum size of the JSON text in UTF-8. */
const maxPreferencesBytes = 8192

const json: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
)

const preferences = z
  .record(z.string(), json)
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= maxPreferencesBytes, {
    message: `At most ${maxPreferencesBytes} bytes of JSON.`,
    params: { code: 'TOO_LONG' },
  })
  .refine(isCleanText, {
    message: 'Must not contain NUL or invalid Unicode.',
    params: { code: 'INVALID_CHARACTERS' },
  })

/** Whether every string in a value, including keys, can be stored unchanged. */
function isCleanText(value: JsonValue): boolean {
  if (typeof value === 'string') return !/\0|\p{Surrogate}/u.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, item]) => isCleanText(key) && isCleanText(item))
}

const rules = z.object({
  username: username.nullable().optional(),
  firstName: personName.nullable().optional(),
  lastName: personName.nullable().optional(),
  phoneNumber: phoneNumber.nullable().optional(),
  preferences: preferences.nullable().optional(),
})

export interface UpdateProfileInput {
  readonly username?: string | null | undefined
  readonly firstName?: string | null | undefined
  readonly lastName?: string | null | undefined
  readonly phoneNumber?: string | null | undefined
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
      const user = await stores.accounts.updateProfile(userId, change, deps.clock.now())
      if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
      await stores.audit.append(
        deps.audit.event('PROFILE_UPDATED', origin, { tenantId, userId, sessionId, details }),
      )
      return user
    })
  }
}

function toChange(input: z.infer<typeof rules>): ProfileChange {
  return {
    ...(input.username === undefined ? {} : { username: input.username }),
    ...(input.firstName === undefined ? {} : { firstName: input.firstName }),
    ...(input.lastName === undefined ? {} : { lastName: input.lastName }),
    ...(input.phoneNumber === undefined ? {} : { phoneNumber: input.phoneNumber }),
    ...(input.preferences === undefined ? {} : { preferences: input.preferences ?? {} }),
  }
}
