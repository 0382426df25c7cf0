import type { Stores, Transaction } from '../../../domain/transaction.ts'
import { isTransactionConflict } from '../database-errors.ts'
import type { PrismaClient } from '../generated/client.ts'
import { PrismaAccountStore } from './prisma-account-store.ts'
import { PrismaAdministrationStore } from './prisma-administration-store.ts'
import { PrismaAlertStore } from './prisma-alert-store.ts'
import { PrismaApiKeyStore } from './prisma-api-key-store.ts'
import { PrismaAuditStore } from './prisma-audit-store.ts'
import { PrismaEmailReservationStore } from './prisma-email-reservation-store.ts'
import { PrismaMailStore } from './prisma-mail-store.ts'
import { PrismaOneTimeTokenStore } from './prisma-one-time-token-store.ts'
import { PrismaPasswordHistoryStore } from './prisma-password-history-store.ts'
import { PrismaPendingRegistrationStore } from './prisma-pending-registration-store.ts'
import { PrismaRevocationStore } from './prisma-revocation-store.ts'
import { PrismaSessionStore } from './prisma-session-store.ts'
import { PrismaUserStore } from './prisma-user-store.ts'
import type { Queries } from './queries.ts'

/** Creates the stores for a client or a running transaction. */
export function createStores(queries: Queries): Stores {
  return {
    users: new PrismaUserStore(queries),
    accounts: new PrismaAccountStore(queries),
    administration: new PrismaAdministrationStore(queries),
    emailReservations: new PrismaEmailReservationStore(queries),
    pendingRegistrations: new PrismaPendingRegistrationStore(queries),
    passwordHistory: new PrismaPasswordHistoryStore(queries),
    sessions: new PrismaSessionStore(queries),
    revocations: new PrismaRevocationStore(queries),
    audit: new PrismaAuditStore(queries),
    oneTimeTokens: new PrismaOneTimeTokenStore(queries),
    mail: new PrismaMailStore(queries),
    alerts: new PrismaAlertStore(queries),
    apiKeys: new PrismaApiKeyStore(queries),
  }
}

/**
 * Transactions are READ COMMITTED, as everywhere: row locks, unique keys and version comparisons resolve races. If the
 * database aborts a transaction because of a deadlock, it is retried once.
 */
export function createTransaction(client: PrismaClient): Transaction {
  return async (work) => {
    const attempt = () => client.$transaction((queries) => work(createStores(queries)))
    try {
      return await attempt()
    } catch (error) {
      if (!isTransactionConflict(error)) throw error
      return await attempt()
    }
  }
}
