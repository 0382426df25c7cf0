import type { Sealer } from '../domain/keys/sealer.ts'
import type { Recipient } from '../domain/mail/mail.ts'
import type { MailedToken, MailParameters } from '../domain/mail/mail-composer.ts'
import { renderMail } from '../domain/mail/mail-layout.ts'
import { isKnownKind, openMailParameters } from '../domain/mail/mail-parameters.ts'
import { maxAttempts, nextAttemptAt } from '../domain/mail/mail-policy.ts'
import type { ClaimedMail, MailStore } from '../domain/mail/mail-store.ts'
import type { MailLook } from '../domain/mail/mail-texts.ts'
import {
  MailError,
  type MailSender,
  type MailTransport,
  PermanentMailError,
} from '../domain/mail/mail-transport.ts'
import type { OneTimeTokenStore } from '../domain/one-time-tokens/one-time-token-store.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'

/** How mails are sent, and their sender. */
export interface MailDispatch {
  readonly transport: MailTransport
  readonly from: MailSender
}

export interface DeliverMailDeps {
  readonly store: MailStore
  readonly oneTimeTokens: Pick<OneTimeTokenStore, 'begin'>
  readonly sealer: Sealer
  /** Null: mail is disabled, and every mail is discarded. */
  readonly dispatch: MailDispatch | null
  readonly look: MailLook
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Sends or discards one claimed mail, or postpones it to its next attempt. Rejects only if the store fails: then the mail
 * is tried again after its claim has expired.
 */
export function createDeliverMail(deps: DeliverMailDeps) {
  /** Ids of mails that were sent but could not be recorded as sent. If claimed again, they are only recorded. */
  const unrecorded = new Set<string>()

  return async function deliverMail(mail: ClaimedMail): Promise<void> {
    if (unrecorded.has(mail.id)) return recordSent(deps, unrecorded, mail)
    if (mail.attempts > maxAttempts) return abandon(deps, mail, 'Every attempt was interrupted.')
    if (!isKnownKind(mail.kind)) return retry(deps, mail, 'This version does not know this kind of mail.')
    const parameters = openMailParameters(deps.sealer, mail)
    if (parameters === null) return abandon(deps, mail, 'The parameters cannot be decrypted.')
    const { dispatch, logger } = deps
    if (dispatch === null) return finish(deps, mail, 'DISCARDED', 'Mail is disabled.')
    if (parameters.to === null) return finish(deps, mail, 'DISCARDED', 'The mail has no recipient.')
    if (!(await beginTokens(deps, parameters.tokens)))
      return finish(deps, mail, 'DISCARDED', 'The link in the mail is no longer valid.')
    try {
      await send(mail, parameters, parameters.to, dispatch, deps.look)
    } catch (error) {
      if (error instanceof PermanentMailError) return abandon(deps, mail, error.message)
      if (error instanceof MailError) return retry(deps, mail, error.message)
      logger.error({ mailId: mail.id, error }, 'mail could not be rendered')
      return retry(deps, mail, 'Unexpected error.')
    }
    await recordSent(deps, unrecorded, mail)
  }
}

async function recordSent(deps: DeliverMailDeps, unrecorded: Set<string>, mail: ClaimedMail): Promise<void> {
  unrecorded.add(mail.id)
  await finish(deps, mail, 'SENT', null)
  unrecorded.delete(mail.id)
}

async function finish(
  { store, clock, logger }: DeliverMailDeps,
  mail: ClaimedMail,
  state: 'SENT' | 'DISCARDED',
  reason: string | null,
): Promise<void> {
  await store.finish(mail.id, { state, reason, now: clock.now() })
  logger.info({ mailId: mail.id, kind: mail.kind, state, reason }, 'mail finished')
}

function abandon(deps: DeliverMailDeps, mail: ClaimedMail, reason: string): Promise<void> {
  return postpone(deps, mail, reason, null)
}

/** Abandons the mail after the last attempt. */
function retry(deps: DeliverMailDeps, mail: ClaimedMail, reason: string): Promise<void> {
  return postpone(deps, mail, reason, nextAttemptAt(mail.attempts, deps.clock.now()))
}

/** @param next null: there is no further attempt */
async function postpone(
  { store, clock, logger }: DeliverMailDeps,
  mail: ClaimedMail,
  reason: string,
  next: Date | null,
): Promise<void> {
  await store.postpone(mail, { reason, nextAttemptAt: next, now: clock.now() })
  const fields = { mailId: mail.id, kind: mail.kind, attempts: mail.attempts, reason, nextAttemptAt: next }
  if (next === null) logger.error(fields, 'mail abandoned')
  else logger.warn(fields, 'mail postponed')
}

/** Starts the lifetime of the links. False if one of them was used, or replaced by a newer mail. */
async function beginTokens(
  { oneTimeTokens, clock }: DeliverMailDeps,
  tokens: readonly MailedToken[],
): Promise<boolean> {
  const now = clock.now().getTime()
  for (const { id, lifeSeconds } of tokens) {
    if (!(await oneTimeTokens.begin(id, new Date(now + lifeSeconds * 1000)))) return false
  }
  return true
}

function send(
  mail: ClaimedMail,
  parameters: MailParameters,
  to: Recipient,
  { transport, from }: MailDispatch,
  look: MailLook,
): Promise<void> {
  const domain = from.email.slice(from.email.lastIndexOf('@') + 1)
  const rendered = renderMail(to, parameters, look)
  return transport.send({ ...rendered, messageId: `<${mail.id}@${domain}>`, from, to: to.email })
}
