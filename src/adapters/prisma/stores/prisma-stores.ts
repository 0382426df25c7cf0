import type { AuditLog } from '../../../domain/audit/audit-log.ts'
import type { Stores, Transaction } from '../../../domain/transaction.ts'
import { type AuditTrail, noTrail, TransactionTrail } from '../audit-trail.ts'
import { isTransactionConflict } from '../database-errors.ts'
import type { PrismaClient } from '../generated/client.ts'
import { PrismaUserAgentStore } from '../prisma-user-agent-store.ts'
import { PrismaAccessStore } from './access/prisma-access-store.ts'
import { PrismaUserAccessStore } from './access/prisma-user-access-store.ts'
import { PrismaAccountStore } from './accounts/prisma-account-store.ts'
import { PrismaAdministrationStore } from './accounts/prisma-administration-store.ts'
import { PrismaEmailReservationStore } from './accounts/prisma-email-reservation-store.ts'
import { PrismaPasswordHistoryStore } from './accounts/prisma-password-history-store.ts'
import { PrismaPendingRegistrationStore } from './accounts/prisma-pending-registration-store.ts'
import { PrismaUserStore } from './accounts/prisma-user-store.ts'
import { PrismaAlertStore } from './audit/prisma-alert-store.ts'
import { PrismaAuditStore } from './audit/prisma-audit-store.ts'
import { PrismaFactorChangeStore } from './factors/prisma-factor-change-store.ts'
import { PrismaFactorStore } from './factors/prisma-factor-store.ts'
import { PrismaPasskeyStore } from './factors/prisma-passkey-store.ts'
import { PrismaRecoveryCodeStore } from './factors/prisma-recovery-code-store.ts'
import { PrismaRememberedDeviceStore } from './factors/prisma-remembered-device-store.ts'
import { PrismaSignInChallengeStore } from './factors/prisma-sign-in-challenge-store.ts'
import { PrismaTotpStore } from './factors/prisma-totp-store.ts'
import { PrismaUsedCeremonyStore } from './factors/prisma-used-ceremony-store.ts'
import { PrismaMailStore } from './prisma-mail-store.ts'
import { PrismaTenantAccessStore } from './prisma-tenant-access-store.ts'
import { PrismaTenantStore } from './prisma-tenant-store.ts'
import { type FrequentQueries, type Queries, unprepared } from './queries.ts'
import { type ReportChanges, reportingStores } from './reporting-stores.ts'
import { PrismaRevocationStore } from './sessions/prisma-revocation-store.ts'
import { PrismaSessionStore } from './sessions/prisma-session-store.ts'
import { PrismaApiKeyStore } from './tokens/prisma-api-key-store.ts'
import { PrismaOneTimeTokenStore } from './tokens/prisma-one-time-token-store.ts'
import { PrismaPhoneCodeStore } from './tokens/prisma-phone-code-store.ts'

/**
 * Creates the stores for a client or a running transaction. `trail` learns of the audit
 * events that they write. `claimKeys`: the members of the users' metadata that access tokens contain.
 */
export function createStores(
  queries: Queries,
  frequent: FrequentQueries = unprepared(queries),
  trail: AuditTrail = noTrail,
  claimKeys: readonly string[] = [],
): Stores {
  return {
    users: new PrismaUserStore(queries, frequent),
    accounts: new PrismaAccountStore(queries),
    administration: new PrismaAdministrationStore(queries),
    userAccess: new PrismaUserAccessStore(queries),
    emailReservations: new PrismaEmailReservationStore(queries),
    pendingRegistrations: new PrismaPendingRegistrationStore(queries),
    passwordHistory: new PrismaPasswordHistoryStore(queries),
    sessions: new PrismaSessionStore(queries, { frequent, trail, claimKeys }),
    revocations: new PrismaRevocationStore(queries),
    audit: new PrismaAuditStore(queries, trail),
    userAgents: new PrismaUserAgentStore(queries),
    oneTimeTokens: new PrismaOneTimeTokenStore(queries),
    phoneCodes: new PrismaPhoneCodeStore(queries),
    factors: new PrismaFactorStore(queries),
    totpSecrets: new PrismaTotpStore(queries),
    recoveryCodes: new PrismaRecoveryCodeStore(queries),
    signInChallenges: new PrismaSignInChallengeStore(queries),
    factorChanges: new PrismaFactorChangeStore(queries),
    rememberedDevices: new PrismaRememberedDeviceStore(queries),
    passkeys: new PrismaPasskeyStore(queries),
    usedCeremonies: new PrismaUsedCeremonyStore(queries),
    mail: new PrismaMailStore(queries),
    alerts: new PrismaAlertStore(queries),
    apiKeys: new PrismaApiKeyStore(queries, trail),
    access: new PrismaAccessStore(queries),
    tenants: new PrismaTenantStore(queries),
    tenantAccess: new PrismaTenantAccessStore(queries),
  }
}

/**
 * Transactions are READ COMMITTED, as everywhere: row locks, unique keys and version comparisons resolve races. If the
 * database aborts a transaction because of a deadlock, it is retried once. `changed` is called with the users that the
 * transaction may have changed, after its end and before its result is returned, also if its outcome is unknown. Audit
 * events are logged after the commit, if there is an audit log.
 */
export function createTransaction(
  client: PrismaClient,
  changed: ReportChanges,
  auditLog: AuditLog | null = null,
  claimKeys: readonly string[] = [],
): Transaction {
  return async (work) => {
    const userIds = new Set<string>()
    const collect: ReportChanges = (ids) => {
      for (const id of ids) userIds.add(id)
    }
    const collected: typeof work = (stores) => work(reportingStores(stores, collect))
    const attempt = () =>
      auditLog === null
        ? runUnlogged(client, collected, claimKeys)
        : runLogged(client, collected, auditLog, claimKeys)
    try {
      return await attempt()
    } catch (error) {
      if (!isTransactionConflict(error)) throw error
      return await attempt()
    } finally {
      if (userIds.size > 0) changed([...userIds])
    }
  }
}

type Work<T> = (stores: Stores) => Promise<T>

function runUnlogged<T>(client: PrismaClient, work: Work<T>, claimKeys: readonly string[]): Promise<T> {
  return client.$transaction((queries) =>
    work(createStores(queries, unprepared(queries), noTrail, claimKeys)),
  )
}

async function runLogged<T>(
  client: PrismaClient,
  work: Work<T>,
  auditLog: AuditLog,
  claimKeys: readonly string[],
): Promise<T> {
  const trail = new TransactionTrail()
  const { result, events } = await client.$transaction(async (queries) => {
    const result = await work(createStores(queries, unprepared(queries), trail, claimKeys))
    return { result, events: await trail.read(queries) }
  })
  auditLog(events)
  return result
}
