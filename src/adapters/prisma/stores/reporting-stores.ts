import type { UserAccessStore } from '../../../domain/access/user-access-store.ts'
import type { FactorChangeStore } from '../../../domain/factors/factor-change-store.ts'
import type { PasskeyStore } from '../../../domain/factors/passkey-store.ts'
import type { TotpStore } from '../../../domain/factors/totp-store.ts'
import type { SessionStore } from '../../../domain/sessions/session-store.ts'
import type { Stores } from '../../../domain/transaction.ts'

/** Is called with the ids of users whose rows, roles or factors may have changed. */
export type ReportChanges = (userIds: readonly string[]) => void

/**
 * Stores that report the users whose rows, roles or factors they write, after each call and whatever its outcome. Every method
 * of the stores that write accounts counts as a change of the users that its first argument names, so that a new method
 * cannot be forgotten. Opening a session writes the last sign-in of its user.
 */
export function reportingStores(stores: Stores, changed: ReportChanges): Stores {
  return {
    ...stores,
    accounts: reporting(stores.accounts, () => true, changed),
    administration: reporting(stores.administration, () => true, changed),
    userAccess: reporting(stores.userAccess, oneOf<UserAccessStore>('replace'), changed),
    sessions: reporting(stores.sessions, oneOf<SessionStore>('open', 'signIn'), changed),
    totpSecrets: reporting(
      stores.totpSecrets,
      oneOf<TotpStore>('insertConfirmed', 'confirm', 'remove'),
      changed,
    ),
    passkeys: reporting(stores.passkeys, oneOf<PasskeyStore>('insert', 'remove'), changed),
    factorChanges: reporting(
      stores.factorChanges,
      oneOf<FactorChangeStore>('takeBack', 'removeAll'),
      changed,
    ),
  }
}

/** Whether a method is one of these. */
function oneOf<Store>(...methods: readonly (keyof Store & string)[]): (method: string) => boolean {
  const names: readonly string[] = methods
  return (method) => names.includes(method)
}

function reporting<Store extends object>(
  store: Store,
  writesUsers: (method: string) => boolean,
  changed: ReportChanges,
): Store {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function' || typeof name !== 'string') return method
      if (!writesUsers(name)) return method.bind(target)
      return async (...args: unknown[]) => {
        try {
          return await Reflect.apply(method, target, args)
        } finally {
          changed(userIdsOf(args[0]))
        }
      }
    },
  })
}

/** The users that an argument names: an id, a list of ids, or an object with the property `userId`, or with such a session. */
function userIdsOf(argument: unknown): readonly string[] {
  if (typeof argument === 'string') return [argument]
  if (Array.isArray(argument)) return argument.filter((id) => typeof id === 'string')
  if (typeof argument !== 'object' || argument === null) return []
  const userId: unknown = Reflect.get(argument, 'userId')
  return typeof userId === 'string' ? [userId] : userIdsOf(Reflect.get(argument, 'session') ?? null)
}
