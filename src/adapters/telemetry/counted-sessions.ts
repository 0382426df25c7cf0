import type { SessionStore, SignIn } from '../../domain/sessions/session-store.ts'
import type { TenantAccessStore } from '../../domain/tenants/tenant-access-store.ts'
import type { Stores, Transaction } from '../../domain/transaction.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'

/** What happened to sessions: one began, or some ended. */
type Change = { readonly method: string } | { readonly reason: string; readonly ended: number }

type Note = (change: Change) => void

/** Stores and transactions that count the sessions that begin and end: those of a transaction after its commit. */
export function countSessions(
  { stores, transaction }: { readonly stores: Stores; readonly transaction: Transaction },
  metrics: Metrics,
): { readonly stores: Stores; readonly transaction: Transaction } {
  const count: Note = (change) => {
    if ('method' in change) metrics.count('sessions_begun', change.method)
    else for (let n = 0; n < change.ended; n += 1) metrics.count('sessions_ended', change.reason)
  }
  return {
    stores: noting(stores, count),
    async transaction(work) {
      let noted: Change[] = []
      const result = await transaction((inner) => {
        // A repeated transaction begins again.
        noted = []
        return work(noting(inner, (change) => noted.push(change)))
      })
      for (const change of noted) count(change)
      return result
    },
  }
}

function noting(stores: Stores, note: Note): Stores {
  return {
    ...stores,
    sessions: withChanges(stores.sessions, changes(stores.sessions, note)),
    tenantAccess: withChanges(stores.tenantAccess, endings(stores.tenantAccess, note)),
  }
}

/** A store with some methods replaced. */
function withChanges<Store extends object>(store: Store, changed: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(changed, name)
      if (own !== undefined) return own
      const method: unknown = Reflect.get(target, name)
      return typeof method === 'function' ? method.bind(target) : method
    },
  })
}

function changes(
  store: SessionStore,
  note: Note,
): Pick<SessionStore, 'open' | 'signIn' | 'revokeOne' | 'revokeAll' | 'revokeOldest'> {
  return {
    async open(session, seen, audit) {
      const opened = await store.open(session, seen, audit)
      if (opened !== null) note({ method: session.amr.join('.') })
      return opened
    },
    async signIn(signIn) {
      const opened = await store.signIn(signIn)
      if (opened !== null) noteSignIn(signIn, opened.ended, note)
      return opened
    },
    async revokeOne(target, revocation) {
      const ended = await store.revokeOne(target, revocation)
      if (ended !== null) note({ reason: revocation.reason, ended: 1 })
      return ended
    },
    async revokeAll(target, revocation) {
      const ended = await store.revokeAll(target, revocation)
      note({ reason: revocation.reason, ended: ended.length })
      return ended
    },
    async revokeOldest(target, revocation) {
      const ended = await store.revokeOldest(target, revocation)
      note({ reason: revocation.reason, ended: ended.length })
      return ended
    },
  }
}

function endings(store: TenantAccessStore, note: Note): Pick<TenantAccessStore, 'endBatch'> {
  return {
    async endBatch(tenant, afterUserId, limit) {
      const batch = await store.endBatch(tenant, afterUserId, limit)
      note({ reason: tenant.reason, ended: batch.sessions })
      return batch
    },
  }
}

function noteSignIn({ session, replaced, limit }: SignIn, ended: readonly string[], note: Note): void {
  note({ method: session.amr.join('.') })
  const replacements = ended.filter((id) => id === replaced?.sessionId)
  if (replaced !== null) note({ reason: replaced.revocation.reason, ended: replacements.length })
  if (limit.evict !== null) note({ reason: limit.evict.reason, ended: ended.length - replacements.length })
}
