import { readConfig } from '../../config/read-config.ts'
import { createManageMails, type ListedMail } from '../../flows/operator/manage-mails.ts'
import { openOperatorLog, openSealer, openStores } from '../../infrastructure/operator-stores.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import { exitCodes, type Terminal } from '../command.ts'
import { counted } from '../counted.ts'
import { defineCommand, isConfirmed, readNumber, UsageError } from '../define-command.ts'
import { openCommandDatabase } from '../open-command-database.ts'
import { printableLine } from '../printable.ts'

const limits = { min: 1, max: 1000 }

export const mailList = defineCommand({
  name: 'mail list',
  parameters: '--failed [--limit NUMBER] [--after ID] [--show-addresses]',
  json: true,
  description:
    'Lists mails that were given up, newest first: id, time, kind, attempts, recipient, last error. They are kept for 7 days. Addresses are masked without --show-addresses. A page has 50 mails, or --limit up to 1000; --after with the last id shows the next page.',
  options: {
    failed: { type: 'boolean', default: false },
    limit: { type: 'string', default: '50' },
    after: { type: 'string' },
    'show-addresses': { type: 'boolean', default: false },
  },
  words: [0, 0],
  async run(terminal, { values }) {
    if (!values.failed) throw new UsageError('--failed is missing: other mails are not listed.')
    const limit = readNumber('limit', values.limit, limits)
    const after = values.after ?? null
    if (after !== null && !isUuid(after)) throw new UsageError('--after must be the id of a mail.')
    const found = await withMails(terminal, (mails) => mails.listFailedMails({ limit: limit + 1, after }))
    const page = found.slice(0, limit).map((mail) => (values['show-addresses'] ? mail : masked(mail)))
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null
    if (terminal.json) {
      terminal.print(JSON.stringify({ mails: page, next }))
      return exitCodes.success
    }
    for (const mail of page) terminal.print(printableLine(lineOf(mail)))
    if (page.length === 0) terminal.print('No mail has failed within the last 7 days.')
    if (next !== null) terminal.printError(`There are more: --after ${next}`)
    return exitCodes.success
  },
})

export const mailRetry = defineCommand({
  name: 'mail retry',
  parameters: '(ID … | --all) [--yes]',
  json: true,
  interruptible: true,
  description:
    'Queues failed mails again, by their ids or, after a confirmation or with --yes, all of them. The running service sends them within seconds, with the same Message-ID. A mail whose link is used or void is discarded.',
  options: { all: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } },
  words: [0, 1000],
  async run(terminal, { values: { all, yes }, words: ids }) {
    if (all === ids.length > 0) throw new UsageError('Required is either ID … or --all.')
    const wrong = ids.find((id) => !isUuid(id))
    if (wrong !== undefined) throw new UsageError(`${wrong} is not the id of a mail.`)
    if (all && !(await isConfirmed(terminal, 'Send every failed mail of the last 7 days again?', yes)))
      return exitCodes.failure
    return withMails(terminal, async (mails) => {
      if (all) {
        const signal = terminal.onInterrupt?.()
        const show = (done: number) => terminal.showProgress?.(`queued again: ${counted(done, 'mail')}`)
        const { retried, interrupted } = await mails.retryAllMails(signal, show)
        report(terminal, { retried, interrupted })
        if (interrupted) terminal.printError('Interrupted. Run the command again for the rest.')
        return interrupted ? exitCodes.interrupted : exitCodes.success
      }
      const retried = await mails.retryMails(ids)
      const left = [...new Set(ids)].filter((id) => !retried.includes(id))
      report(terminal, { retried: retried.length, interrupted: false, left })
      for (const id of left)
        terminal.printError(`${id} is not queued again: it has not failed, or its content was removed.`)
      return left.length === 0 ? exitCodes.success : exitCodes.failure
    })
  },
})

function report(
  terminal: Terminal,
  facts: { readonly retried: number; readonly interrupted: boolean; readonly left?: readonly string[] },
) {
  terminal.print(terminal.json ? JSON.stringify(facts) : `${facts.retried} queued again`)
}

function lineOf({ id, kind, finishedAt, attempts, to, retryable, lastError }: ListedMail): string {
  const note = retryable ? '' : '  (cannot be sent again: its content was removed)'
  const facts = [id, finishedAt.toISOString(), kind, counted(attempts, 'attempt'), to ?? 'unknown']
  return `${facts.join('  ')}  ${lastError ?? ''}${note}`
}

/** `ada@example.com` → `a…@example.com`. */
function masked(mail: ListedMail): ListedMail {
  const { to } = mail
  return { ...mail, to: to === null ? null : `${[...to][0] ?? ''}…${to.slice(to.lastIndexOf('@'))}` }
}

async function withMails<T>(
  terminal: Terminal,
  work: (mails: ReturnType<typeof createManageMails>) => Promise<T>,
): Promise<T> {
  const config = readConfig(terminal.env)
  const database = await openCommandDatabase(terminal, config)
  try {
    const stores = openStores(database, openOperatorLog(config.audit, terminal.printError))
    return await work(createManageMails({ ...stores, sealer: openSealer(config) }))
  } finally {
    await database.close()
  }
}
