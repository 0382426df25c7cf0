import { findNamedTenant } from '../../flows/operator/find-subject.ts'
import { createRevokeSessions } from '../../flows/operator/revoke-sessions.ts'
import type { OpenStores } from '../../infrastructure/operator-stores.ts'
import { type ExitCode, exitCodes, type Terminal } from '../command.ts'
import { counted } from '../counted.ts'
import { defineCommand, isConfirmed, UsageError } from '../define-command.ts'
import { printableLine } from '../printable.ts'
import { progressBar } from '../progress-line.ts'
import { withStores } from '../with-stores.ts'

export const sessionsRevoke = defineCommand({
  name: 'sessions revoke',
  parameters: '(SESSION | --user USER | --all) --reason REASON [--tenant SLUG] [--yes]',
  json: true,
  interruptible: true,
  description:
    'Ends a session by its id; or all sessions and API keys of a user (id, e-mail address or username); or, with --all, those of a tenant, without --tenant those of the installation, after a confirmation or with --yes. Every process refuses their tokens within a second.',
  options: {
    user: { type: 'string' },
    all: { type: 'boolean', default: false },
    tenant: { type: 'string' },
    reason: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
  words: [0, 1],
  async run(terminal, { values, words: [session] }) {
    const { user, all, tenant = null, reason, yes } = values
    if ([session !== undefined, user !== undefined, all].filter(Boolean).length !== 1)
      throw new UsageError('Required is one of SESSION, --user and --all.')
    if (reason === undefined) throw new UsageError('--reason is missing.')
    return withStores(terminal, async (opened) => {
      const revoke = createRevokeSessions(opened)
      if (all) return revokeAll(terminal, opened, { slug: tenant, reason, yes })
      if (session !== undefined) {
        if (tenant !== null) throw new UsageError('--tenant is for --user and --all.')
        await revoke.revokeSession(session, reason)
        return report(terminal, 1)
      }
      return report(terminal, await revoke.revokeOfUser({ user: user ?? '', tenant }, reason))
    })
  },
})

interface AllSessions {
  /** Null: the installation. */
  readonly slug: string | null
  readonly reason: string
  readonly yes: boolean
}

/** One transaction for each tenant. */
async function revokeAll(terminal: Terminal, opened: OpenStores, { slug, reason, yes }: AllSessions) {
  const tenants = slug === null ? await opened.tenants.list() : [await findNamedTenant(opened, slug)]
  const whose = slug === null ? `the installation (${counted(tenants.length, 'tenant')})` : `tenant ${slug}`
  const question = `End every session and API key of ${whose}? Their users must sign in again.`
  if (!(await isConfirmed(terminal, question, yes))) return exitCodes.failure
  const signal = terminal.onInterrupt?.()
  const revoke = createRevokeSessions(opened)
  let [revoked, done] = [0, 0]
  for (const tenant of tenants) {
    if (signal?.aborted === true) {
      terminal.printError(`Interrupted. Done: ${done} of ${counted(tenants.length, 'tenant')}.`)
      report(terminal, revoked)
      return exitCodes.interrupted
    }
    revoked += await revoke.revokeOfTenant(tenant, reason)
    done += 1
    terminal.showProgress?.(printableLine(`ending sessions: ${progressBar(done, tenants.length)}`))
  }
  return report(terminal, revoked)
}

function report(terminal: Terminal, revokedSessions: number): ExitCode {
  if (terminal.json) terminal.print(JSON.stringify({ revokedSessions }))
  else terminal.print(`${counted(revokedSessions, 'session')} ended`)
  return exitCodes.success
}
