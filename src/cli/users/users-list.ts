import { type UserRole, userRoles } from '../../domain/users/user.ts'
import { findSubject } from '../../flows/operator/find-subject.ts'
import { createListUsers } from '../../flows/operator/list-users.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import { exitCodes } from '../command.ts'
import { defineCommand, readNumber, UsageError } from '../define-command.ts'
import { printableLine } from '../printable.ts'
import { withStores } from '../with-stores.ts'
import { stateOf, userJson } from './user-lines.ts'

const limits = { min: 1, max: 1000 }

export const usersList = defineCommand({
  name: 'users list',
  parameters:
    '[--tenant SLUG] [--search TEXT] [--role ROLE] [--locked] [--deactivated] [--limit NUMBER] [--after ID]',
  json: true,
  description:
    'Lists accounts of a tenant, newest first: id, state, role, address, username. TEXT is the beginning of an address or username. A page has 50 accounts, or --limit up to 1000; --after with the last id shows the next page.',
  options: {
    tenant: { type: 'string' },
    search: { type: 'string' },
    role: { type: 'string' },
    locked: { type: 'boolean', default: false },
    deactivated: { type: 'boolean', default: false },
    limit: { type: 'string', default: '50' },
    after: { type: 'string' },
  },
  words: [0, 0],
  async run(terminal, { values }) {
    const limit = readNumber('limit', values.limit, limits)
    const after = values.after ?? null
    if (after !== null && !isUuid(after)) throw new UsageError('--after must be the id of a user.')
    const filter = {
      tenant: values.tenant ?? null,
      search: values.search ?? null,
      role: values.role === undefined ? null : readRole(values.role),
      locked: values.locked ? true : null,
      active: values.deactivated ? false : null,
    }
    const { users, now } = await withStores(terminal, async (opened) => ({
      // One more shows whether there is a next page.
      users: await createListUsers(opened)(filter, { limit: limit + 1, after }),
      now: opened.clock.now(),
    }))
    const page = users.slice(0, limit)
    const next = users.length > limit ? (page.at(-1)?.id ?? null) : null
    if (terminal.json) {
      terminal.print(JSON.stringify({ users: page.map((user) => userJson(user, now)), next }))
      return exitCodes.success
    }
    for (const user of page) {
      const state = stateOf(user, now).padEnd(11)
      const names = [user.email, user.username ?? ''].join('  ').trimEnd()
      terminal.print(printableLine(`${user.id}  ${state}  ${user.role.padEnd(9)}  ${names}`))
    }
    if (next !== null) terminal.printError(`There are more: --after ${next}`)
    return exitCodes.success
  },
})

/** @throws UsageError */
export function readRole(text: string): UserRole {
  const role = userRoles.find((one) => one === text.toUpperCase())
  if (role === undefined) throw new UsageError(`--role must be one of ${userRoles.join(', ')}.`)
  return role
}

export const usersFind = defineCommand({
  name: 'users find',
  parameters: 'USER [--tenant SLUG]',
  json: true,
  description:
    'Shows one account: USER is an id, an e-mail address or a username. Without --tenant the default tenant is searched.',
  options: { tenant: { type: 'string' } },
  words: [1, 1],
  async run(terminal, { values, words: [named = ''] }) {
    const facts = await withStores(terminal, async (opened) => {
      const { user, tenant } = await findSubject(opened, { user: named, tenant: values.tenant ?? null })
      const now = opened.clock.now()
      const sessions = await opened.sessions.countLive(user.id, now)
      return { ...userJson(user, now), tenant: tenant.slug, sessions }
    })
    if (terminal.json) terminal.print(JSON.stringify(facts))
    else
      for (const [name, value] of Object.entries(facts)) {
        const text = value instanceof Date ? value.toISOString() : String(value ?? 'none')
        terminal.print(printableLine(`${name.padEnd(15)}  ${text}`))
      }
    return exitCodes.success
  },
})
