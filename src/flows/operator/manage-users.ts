import { z } from 'zod'
import { accessRolesOf } from '../../domain/access/owner-access.ts'
import { ownOrigin } from '../../domain/origin/origin.ts'
import { requireAllowedDomain } from '../../domain/tenants/registration-policy.ts'
import type { TenantDirectory } from '../../domain/tenants/tenant-directory.ts'
import { isLocked, type User, userRoles } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { lockAccount, unlockAccount } from '../steps/access/lock-account.ts'
import { removeAccount } from '../steps/access/remove-account.ts'
import { email, locale, optionalReason, parseInput, personName, reason, username } from '../steps/input.ts'
import { post } from '../steps/mails/post-mail.ts'
import { findNamedTenant, findSubject, lockNamed, type NamedUser, refused } from './find-subject.ts'

export type ManageUsersDeps = Pick<
  FlowDeps,
  'users' | 'userAccess' | 'transaction' | 'mails' | 'audit' | 'clock' | 'ids' | 'sendsMail'
> & { readonly tenants: Pick<TenantDirectory, 'findById' | 'findBySlug'> }

const lockRules = z.object({ reason, until: z.date().nullable() })
const unlockRules = z.object({ reason: optionalReason })
const newUserRules = z.object({
  email,
  username: username.nullish(),
  firstName: personName.nullish(),
  lastName: personName.nullish(),
  locale: locale.nullish(),
  role: z.enum(userRoles).default('USER'),
})

export type NewUserInput = z.input<typeof newUserRules>

/** Actions of the operator have no actor, no address and no request. */
const operator = { actorId: null, details: {} }

/**
 * Changes accounts on behalf of the operator of the machine, by the steps of the administration. Processes learn about the end of
 * sessions within a second, as they read the revocations.
 */
export function createManageUsers(deps: ManageUsersDeps) {
  return {
    /** Also the last administrator: the account can be in the wrong hands. @throws InvalidInputProblem */
    async lockUser(named: NamedUser, given: z.input<typeof lockRules>) {
      const { reason, until } = parseInput(lockRules, given)
      const now = deps.clock.now()
      if (until !== null && until <= now) throw refused('until', 'IN_THE_PAST', 'Must be in the future.')
      const found = await findSubject(deps, named)
      return deps.transaction(async (stores) => {
        const subject = await lockNamed(stores, found)
        const lastAdministrator =
          subject.role === 'ADMIN' && (await stores.administration.isLastAdministrator(subject, now))
        const change = { ...operator, subject, until, reason, origin: ownOrigin('users lock'), now }
        return { ...(await lockAccount(deps, stores, change)), lastAdministrator }
      })
    },
    /** Without a lock of an administrator it ends locks after wrong passwords. @throws InvalidInputProblem */
    async unlockUser(named: NamedUser, given: z.input<typeof unlockRules>) {
      const { reason } = parseInput(unlockRules, given)
      const found = await findSubject(deps, named)
      return deps.transaction(async (stores) => {
        const now = deps.clock.now()
        const change = { ...operator, reason: reason ?? 'UNLOCKED_BY_OPERATOR', now }
        const subject = await lockNamed(stores, found)
        const action = { ...change, subject, origin: ownOrigin('users unlock') }
        return { user: await unlockAccount(deps, stores, action), wasLocked: isLocked(subject, now) }
      })
    },
    /** @throws InvalidInputProblem, also for the last administrator of the tenant */
    async deleteUser(user: User): Promise<{ revokedSessions: number }> {
      const found = await findSubject(deps, { user: user.id, tenant: null })
      const now = deps.clock.now()
      return deps.transaction(async (stores) => {
        const subject = await lockNamed(stores, found)
        if (subject.role === 'ADMIN' && (await stores.administration.isLastAdministrator(subject, now)))
          throw lastAdministrator()
        const tokenVersion = await stores.accounts.raiseTokenVersion(subject.id, now)
        if (tokenVersion === null) throw refused('user', 'NO_SUCH_USER', 'The account is deleted already.')
        const by = { actorId: null, reason: 'DELETED_BY_OPERATOR', origin: ownOrigin('users delete') }
        return removeAccount(deps, stores, { ...by, subject, tokenVersion, now })
      })
    },
    /**
     * Creates an account without a password. The link in its mail sets one, which proves the address.
     * @throws InvalidInputProblem, EmailTakenProblem, UsernameTakenProblem
     */
    async createUser(slug: string | null, raw: NewUserInput): Promise<User> {
      const input = parseInput(newUserRules, raw)
      if (!deps.sendsMail) throw refused('email', 'REQUIRES_MAIL', requiresMail)
      const tenant = await findNamedTenant(deps, slug)
      if (!tenant.active)
        throw refused('tenant', 'TENANT_INACTIVE', 'The tenant is deactivated. Reactivate it first.')
      const { registration } = (await deps.tenants.findById(tenant.id))?.rules ?? {}
      requireAllowedDomain(registration ?? { domains: null }, input.email, ['email'])
      const origin = ownOrigin('users create')
      return deps.transaction(async (stores) => {
        const defaults = await stores.userAccess.findDefaults(tenant.id)
        const user = await stores.accounts.insert(
          {
            id: deps.ids.next(),
            tenantId: tenant.id,
            email: input.email,
            emailVerifiedAt: null,
            username: input.username ?? null,
            firstName: input.firstName ?? null,
            lastName: input.lastName ?? null,
            phoneNumber: null,
            locale: input.locale ?? null,
            role: input.role,
            accessRoles: accessRolesOf(defaults),
            metadata: {},
            createdAt: deps.clock.now(),
          },
          null,
        )
        const about = { tenantId: tenant.id, userId: user.id, reason: 'CREATED_BY_OPERATOR' }
        const details = { role: user.role }
        await stores.audit.append(deps.audit.event('USER_REGISTERED', origin, { ...about, details }))
        await post(stores, deps.mails(origin).userInvited(user))
        return user
      })
    },
  }
}

const requiresMail =
  'This installation sends no mail (MAIL=off), so that no password can be set. Use users import.'

function lastAdministrator() {
  const message = 'It is the last administrator of its tenant. Promote another account first.'
  return refused('user', 'LAST_ADMINISTRATOR', message)
}
