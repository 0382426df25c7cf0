import { exitCodes } from '../command.ts'
import { counted } from '../counted.ts'
import { defineCommand, UsageError } from '../define-command.ts'
import { reportUser } from './user-lines.ts'
import { withUsers } from './with-users.ts'

export const usersLock = defineCommand({
  name: 'users lock',
  parameters: 'USER --reason REASON [--until TIME] [--tenant SLUG]',
  json: true,
  description:
    'Locks an account (USER: id, e-mail address or username) and ends its sessions within a second, as lockUser does. TIME is ISO 8601; without it the lock has no end.',
  options: { reason: { type: 'string' }, until: { type: 'string' }, tenant: { type: 'string' } },
  words: [1, 1],
  async run(terminal, { values, words: [named = ''] }) {
    if (values.reason === undefined) throw new UsageError('--reason is missing.')
    const { reason, tenant = null } = values
    const until = values.until === undefined ? null : readTime(values.until)
    const { user, revokedSessions, lastAdministrator } = await withUsers(terminal, (users) =>
      users.lockUser({ user: named, tenant }, { reason, until }),
    )
    const facts = { lockedUntil: until, revokedSessions, lastAdministrator }
    reportUser(terminal, user, `is locked; ${counted(revokedSessions, 'session')} ended`, facts)
    if (lastAdministrator)
      terminal.printError('It was the last active administrator of its tenant. Promote another account.')
    return exitCodes.success
  },
})

export const usersUnlock = defineCommand({
  name: 'users unlock',
  parameters: 'USER [--reason REASON] [--tenant SLUG]',
  json: true,
  description:
    'Removes the lock of an administrator from an account, and locks after wrong passwords, as unlockUser does.',
  options: { reason: { type: 'string' }, tenant: { type: 'string' } },
  words: [1, 1],
  async run(terminal, { values: { reason = null, tenant = null }, words: [named = ''] }) {
    const { user, wasLocked } = await withUsers(terminal, (users) =>
      users.unlockUser({ user: named, tenant }, { reason }),
    )
    const what = wasLocked ? 'is unlocked' : notLocked
    reportUser(terminal, user, what, { wasLocked })
    return exitCodes.success
  },
})

/** Wrong passwords are counted outside of the account: whether they had locked it is unknown here. */
const notLocked = 'was not locked by an administrator; its failed attempts are forgotten'

function readTime(text: string): Date {
  const time = new Date(text)
  if (/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) && !Number.isNaN(time.getTime())) return time
  throw new UsageError('--until must be a time such as 2027-01-31 or 2027-01-31T12:00:00Z.')
}
