import { findSubject } from '../../flows/operator/find-subject.ts'
import { exitCodes } from '../command.ts'
import { counted } from '../counted.ts'
import { defineCommand, isConfirmed } from '../define-command.ts'
import { nameOf, reportUser } from './user-lines.ts'
import { withUsers } from './with-users.ts'

export const usersDelete = defineCommand({
  name: 'users delete',
  parameters: 'USER [--tenant SLUG] [--yes]',
  json: true,
  description:
    'Deletes an account with its personal data after a confirmation or with --yes, ends its sessions within a second, and mails its owner, as deleteAccount does. USER is an id, an e-mail address or a username.',
  options: { tenant: { type: 'string' }, yes: { type: 'boolean', default: false } },
  words: [1, 1],
  async run(terminal, { values: { tenant = null, yes }, words: [named = ''] }) {
    return withUsers(terminal, async (users, stores) => {
      const { user, tenant: owner } = await findSubject(stores, { user: named, tenant })
      const question = `Delete ${nameOf(user)} of tenant ${owner.slug}? This cannot be undone.`
      if (!(await isConfirmed(terminal, question, yes))) return exitCodes.failure
      const { revokedSessions } = await users.deleteUser(user)
      const ended = `${counted(revokedSessions, 'session')} ended`
      reportUser(terminal, user, `is deleted; ${ended}`, { revokedSessions })
      return exitCodes.success
    })
  },
})
