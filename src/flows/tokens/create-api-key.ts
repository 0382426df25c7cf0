import { z } from 'zod'
import { permissionNameFault } from '../../domain/access/access-permission.ts'
import { accessPermissionsOf } from '../../domain/access/owner-access.ts'
import { isPermission } from '../../domain/access/permissions.ts'
import type { UserViewer } from '../../domain/access/viewer.ts'
import { type ApiKey, newApiKeySecret } from '../../domain/api-keys/api-key.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { type InputIssue, InvalidInputProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import { readCallsPerSpan } from '../../lib/collections/calls-per-span.ts'
import type { Secret } from '../../lib/crypto/secret.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { accessOfUser } from '../steps/access/access-of-user.ts'
import { displayedLine, isVisible, line, parseInput } from '../steps/input.ts'

const maxKeys = 50
const maxPermissions = 100

const rules = z.object({
  name: displayedLine(100).refine(isVisible, {
    message: 'A name must contain at least one visible character.',
    params: { code: 'REQUIRED' },
  }),
  permissions: z.array(line(100)).refine((permissions) => permissions.length <= maxPermissions, {
    message: `At most ${maxPermissions} permissions.`,
    params: { code: 'TOO_LONG' },
  }),
  rateLimit: z
    .string()
    .refine((text) => readCallsPerSpan(text) !== null, {
      message: 'Must be calls per span, such as 1000/1h: 1 to 1000000 calls in 1s to 1d.',
      params: { code: 'INVALID_RATE_LIMIT' },
    })
    .nullish(),
  expiresAt: z.date().nullish(),
})

export type CreateApiKeyInput = z.input<typeof rules>

type CreateApiKeyDeps = Pick<
  FlowDeps,
  'requireAdministrativeProof' | 'transaction' | 'audit' | 'ids' | 'clock'
>

/**
 * Creates an API key with some of the permissions of its creator, built-in ones and those of the application. The secret is returned once and stored as a digest.
 * @throws ReauthenticationRequiredProblem, InvalidInputProblem
 */
export function createCreateApiKey(deps: CreateApiKeyDeps) {
  return async function createApiKey(
    raw: CreateApiKeyInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<{ apiKey: ApiKey; secret: Secret }> {
    await deps.requireAdministrativeProof(viewer)
    const input = parseInput(rules, raw)
    const now = deps.clock.now()
    const permissions = [...new Set(input.permissions)]
    const { name, rateLimit = null, expiresAt = null } = input
    const issues = [...permissionIssues(input.permissions, viewer), ...expiryIssues(expiresAt, now)]
    if (issues.length > 0) throw new InvalidInputProblem(issues)
    const { secret, prefix, digest } = newApiKeySecret()
    const { userId, tenantId } = viewer
    const times = { createdAt: now, lastUsedAt: null, expiresAt, revokedAt: null }
    const apiKey = { id: deps.ids.next(), userId, name, prefix, permissions, rateLimit, ...times }
    await deps.transaction(async (stores) => {
      const ofApplication = permissions.filter((permission) => !isPermission(permission))
      // Changes of roles wait, and remove their permissions from this key too.
      if (ofApplication.length > 0) await stores.access.lockChanges()
      // A creator who has lost a built-in permission since has a higher token version. Concurrent calls count each
      // other's keys.
      const creator = await stores.accounts.lock(userId, viewer.tokenVersion)
      if (creator === null || !(await hasAll(stores, creator, ofApplication)))
        throw new UnauthenticatedError('TOKEN_REVOKED')
      if ((await stores.apiKeys.countLive(userId, now)) >= maxKeys) throw tooMany()
      await stores.apiKeys.insert({ ...apiKey, digest })
      const details = {
        apiKeyId: apiKey.id,
        name,
        prefix,
        permissions,
        rateLimit,
        expiresAt: expiresAt?.toJSON() ?? null,
      }
      const { sessionId } = viewer
      await stores.audit.append(
        deps.audit.event('API_KEY_CREATED', origin, { tenantId, userId, sessionId, details }),
      )
    })
    return { apiKey, secret }
  }
}

/** Whether the roles of the user grant these permissions now: the token may be older than the latest change of a role. */
async function hasAll(stores: Stores, user: User, wanted: readonly string[]): Promise<boolean> {
  if (wanted.length === 0) return true
  const granted = accessPermissionsOf(await accessOfUser(stores, user))
  return wanted.every((permission) => granted.includes(permission))
}

function permissionIssues(requested: readonly string[], viewer: UserViewer): readonly InputIssue[] {
  return requested.flatMap((permission, index): InputIssue[] => {
    const path = ['permissions', String(index)]
    if (viewer.accessPermissions.has(permission)) return []
    if (!isPermission(permission) && permissionNameFault(permission) !== null)
      return [{ path, code: 'UNKNOWN_PERMISSION', message: 'Unknown permission.' }]
    if (isPermission(permission) && viewer.permissions.has(permission)) return []
    return [
      {
        path,
        code: 'NOT_PERMITTED',
        message: 'You do not have this permission, so your key cannot have it.',
      },
    ]
  })
}

function expiryIssues(expiresAt: Date | null, now: Date): readonly InputIssue[] {
  if (expiresAt === null || expiresAt > now) return []
  return [
    {
      path: ['expiresAt'],
      code: 'IN_THE_PAST',
      message: 'Must be in the future. Omit it for a key that does not expire.',
    },
  ]
}

function tooMany(): InvalidInputProblem {
  const message = `You have ${maxKeys} API keys, which is the maximum. Revoke one first.`
  return new InvalidInputProblem([{ path: [], code: 'TOO_MANY_API_KEYS', message }])
}
