import { z } from 'zod'
import { defaultTenantId } from '../../domain/access/permissions.ts'
import { ownOrigin } from '../../domain/origin/origin.ts'
import type { Tenant } from '../../domain/tenants/tenant.ts'
import type { TenantStore } from '../../domain/tenants/tenant-store.ts'
import { rememberedUntil } from '../../domain/tokens/revocation.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, reason } from '../steps/input.ts'
import { endUserSessions } from '../steps/sessions/end-user-sessions.ts'
import { endTenantSessions } from '../steps/tenants/change-tenant.ts'
import { findSubject, lockNamed, type NamedUser, refused } from './find-subject.ts'

const origin = ownOrigin('sessions revoke')
const reasonRules = z.object({ reason })

type RevokeSessionsDeps = Pick<FlowDeps, 'users' | 'sessions' | 'transaction' | 'audit' | 'clock'> & {
  readonly tenants: Pick<TenantStore, 'findById' | 'findBySlug'>
}

/**
 * Ends sessions on behalf of the operator of the machine. Refresh tokens stop working at once, access tokens within a second in every
 * process.
 */
export function createRevokeSessions(deps: RevokeSessionsDeps) {
  return {
    /** @throws InvalidInputProblem if no live session has the id */
    async revokeSession(sessionId: string, given: string): Promise<void> {
      const { reason } = parseInput(reasonRules, { reason: given })
      const now = deps.clock.now()
      const session = isUuid(sessionId) ? await deps.sessions.findLive(sessionId, now) : null
      if (session === null) throw noSuchSession()
      const { userId, tenantId } = session
      const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId, reason })
      const ending = { now, revokedBy: null, reason: 'REVOKED_BY_ADMINISTRATOR', audit } as const
      const rememberUntil = rememberedUntil(now)
      const ended = await deps.sessions.revokeOne({ sessionId, userId }, { ...ending, rememberUntil })
      if (ended === null) throw noSuchSession()
    },
    /** Ends the sessions and API keys of a user. Returns the number of sessions. @throws InvalidInputProblem */
    async revokeOfUser(named: NamedUser, given: string): Promise<number> {
      const { reason } = parseInput(reasonRules, { reason: given })
      const found = await findSubject(deps, named)
      const now = deps.clock.now()
      const { revokedSessions } = await deps.transaction(async (stores) => {
        const subject = await lockNamed(stores, found)
        return endUserSessions(deps, stores, { subject, actorId: null, reason, details: {}, origin, now })
      })
      return revokedSessions
    },
    /** Ends the sessions and API keys of a tenant by its time, however many there are. Returns the number of sessions up to 10 000. */
    async revokeOfTenant({ slug }: Pick<Tenant, 'slug'>, given: string): Promise<number> {
      const { reason } = parseInput(reasonRules, { reason: given })
      const actor = { userId: null, tenantId: defaultTenantId, origin, reason }
      return deps.transaction(async (stores) => {
        const tenant = await stores.tenants.lock(slug)
        if (tenant === null) throw refused('tenant', 'NO_SUCH_TENANT', 'The tenant does not exist.')
        const edit = { stores, audit: deps.audit, actor, now: deps.clock.now() }
        return (await endTenantSessions(edit, tenant)).revokedSessions
      })
    },
  }
}

function noSuchSession() {
  return refused('session', 'NO_SUCH_SESSION', 'No live session has this id.')
}
