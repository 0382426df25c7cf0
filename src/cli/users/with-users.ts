import { createManageUsers } from '../../flows/operator/manage-users.ts'
import type { OpenStores } from '../../infrastructure/operator-stores.ts'
import type { Terminal } from '../command.ts'
import { withAccountStores } from '../with-account-stores.ts'

/** Opens what commands that change accounts use, with the configuration of the service, and closes it in any case. */
export function withUsers<T>(
  terminal: Terminal,
  work: (users: ReturnType<typeof createManageUsers>, stores: OpenStores) => Promise<T>,
): Promise<T> {
  return withAccountStores(terminal, ({ stores, ...others }) =>
    work(createManageUsers({ ...stores, ...others }), stores),
  )
}
