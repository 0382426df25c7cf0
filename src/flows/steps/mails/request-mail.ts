import { z } from 'zod'
import type { AuditEventType } from '../../../domain/audit/audit-event.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { defaultTenantSlug } from '../../../domain/tenants/tenant.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Services } from '../../services.ts'
import { email, parseInput, tenantSlug } from '../input.ts'
import { type MailWithTokens, post } from './post-mail.ts'

const rules = z.object({ email, tenant: tenantSlug.nullish() })

/** An e-mail address, and the tenant of its account. */
export type AddressInput = z.input<typeof rules>

export type RequestMailDeps = Pick<
  Services,
  'tenants' | 'users' | 'transaction' | 'mails' | 'audit' | 'courier'
>

interface RequestedMailbox {
  readonly address: string
  /** Slug. */
  readonly tenant: string
  /** Null for an address without an account. */
  readonly user: User | null
}

/**
 * Mails a link to an address at the request of a caller who is not signed in. `compose` is called and its mail is
 * stored for every address, so that an unknown one causes the same work and writes. Returns the normalised address.
 * @throws InvalidInputProblem
 */
export async function requestMail(
  deps: RequestMailDeps,
  raw: AddressInput,
  request: {
    readonly event: AuditEventType
    readonly origin: Origin
    compose(mailbox: RequestedMailbox): MailWithTokens | Promise<MailWithTokens>
  },
): Promise<string> {
  const input = parseInput(rules, raw)
  const tenant = input.tenant ?? defaultTenantSlug
  const found = await deps.users.findForLogin(tenant, { email: input.email })
  const user = found?.user ?? null
  const mail = await request.compose({ address: input.email, tenant, user })
  const tenantId = (await deps.tenants.findActive(tenant))?.id ?? null
  const subject = { tenantId, userId: user?.id ?? null }
  const audit = deps.audit.event(request.event, request.origin, subject)
  await deps.transaction(async (stores) => {
    await post(stores, mail)
    await stores.audit.append(audit)
  })
  deps.courier.wake()
  return input.email
}
