import { normaliseEmail } from '../../../lib/text/email-address.ts'
import { uniqueViolation } from '../database-errors.ts'
import type { PrismaClient } from '../generated/client.ts'

/** The result of the normalisation of stored addresses. */
export interface AddressReport {
  /** Number of accounts whose address was normalised. */
  readonly changed: number
  /** Ids of accounts whose address would become that of another account of the tenant. They keep their address. */
  readonly collisions: readonly string[]
  /** Ids of accounts whose address is not valid any more. They keep their address. */
  readonly invalid: readonly string[]
}

interface Stored {
  readonly id: string
  readonly email: string
}

/** A page is read in milliseconds: the time limit of statements applies, however many accounts there are. */
const defaultPageSize = 10_000

const task = 'normalise_addresses'

/** Whether a run has found nothing to do. */
export async function areAddressesNormalised(client: PrismaClient): Promise<boolean> {
  return (await client.finishedTask.count({ where: { name: task } })) > 0
}

/**
 * Gives the domains of stored addresses their A-label form, which SQL cannot compute (UTS 46). Versions before this form
 * have stored domains as they were written. Changes only accounts and reservations whose domain is not ASCII, so that it
 * is safe to repeat. Reads all accounts, in pages. A run that finds nothing to do marks the task as finished: after a run that
 * changed accounts, a process of an earlier version may still store others.
 */
export async function normaliseAddresses(
  client: PrismaClient,
  pageSize = defaultPageSize,
): Promise<AddressReport> {
  const report = { changed: 0, collisions: [] as string[], invalid: [] as string[] }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    // The last row of the page is selected too, as the start of the next page.
    const stored = await client.$queryRaw<(Stored & { readonly ascii: boolean })[]>`
      WITH page AS (SELECT id, email FROM users WHERE id > ${after}::uuid ORDER BY id LIMIT ${pageSize}::int),
        judged AS (SELECT id, email, split_part(email, '@', 2) !~ '[^ -~]' AS ascii FROM page)
      SELECT id, email, ascii FROM judged
      WHERE NOT ascii OR id = (SELECT id FROM page ORDER BY id DESC LIMIT 1) ORDER BY id`
    for (const user of stored) {
      if (user.ascii) continue
      const result = await normaliseUser(client, user)
      if (result === 'changed') report.changed += 1
      else report[result].push(user.id)
    }
    const last = stored.at(-1)
    if (last === undefined) break
    after = last.id
  }
  await normaliseReservations(client)
  if (report.changed + report.collisions.length + report.invalid.length === 0) await finish(client)
  return report
}

async function finish(client: PrismaClient): Promise<void> {
  await client.$executeRaw`
    INSERT INTO finished_tasks (name, finished_at) VALUES (${task}, clock_timestamp()) ON CONFLICT DO NOTHING`
}

async function normaliseUser(
  client: PrismaClient,
  { id, email }: Stored,
): Promise<'changed' | 'collisions' | 'invalid'> {
  const normalised = normaliseEmail(email)
  if (normalised === null) return 'invalid'
  try {
    await client.user.updateMany({ where: { id, email }, data: { email: normalised } })
    return 'changed'
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    return 'collisions'
  }
}

/** A reservation that collides with another one of the same address is left as it is, and expires. */
async function normaliseReservations(client: PrismaClient): Promise<void> {
  const stored = await client.$queryRaw<{ tenantId: string; email: string }[]>`
    SELECT tenant_id AS "tenantId", email FROM email_reservations WHERE split_part(email, '@', 2) ~ '[^ -~]'`
  for (const { tenantId, email } of stored) {
    const normalised = normaliseEmail(email)
    if (normalised === null) continue
    await client.$executeRaw`
      UPDATE email_reservations r SET email = ${normalised}
      WHERE r.tenant_id = ${tenantId}::uuid AND r.email = ${email} AND NOT EXISTS (
        SELECT 1 FROM email_reservations o WHERE o.tenant_id = r.tenant_id AND o.email = ${normalised}
      )`
  }
}
