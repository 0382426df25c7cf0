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

/** What sends mails, and as whom. */
export interface MailDispatch {
  readonly transport: MailTransport
  readonly from: MailSender
}

export interface DeliverMailDeps {
  readonly store: MailStore
  readonly oneTimeTokens: Pick<OneTimeTokenStore, 'begin'>
  readonly sealer: Sealer
  /** Null: mail is off, and every mail is discarded. */
  readonly dispatch: MailDispatch | null
  readonly look: MailLook
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Brings one claimed mail to its end, or to its next try. Rejects only when the store fails: then the mail is tried
 * again once its claim has run out.
 */
export function createDeliverMail(deps: DeliverMailDeps) {
  const { store, clock, logger } = deps
  /** Sent, but the database could not be told: should they be claimed again, telling is all there is to do. */
  const unrecorded = new Set<string>()

  const finish = async (mail: ClaimedMail, state: 'SENT' | 'DISCARDED', reason: string | null) => {
    await store.finish(mail.id, { state, reason, now: clock.now() })
    logger.info({ mailId: mail.id, kind: mail.kind, state, reason }, 'mail done')
  }
  const fail = async (mail: ClaimedMail, reason: string, next: Date | null) => {
    await store.postpone(mail, { reason, nextAttemptAt: next, now: clock.now() })
    const fields = { mailId: mail.id, kind: mail.kind, attempts: mail.attempts, reason, nextAttemptAt: next }
    if (next === null) logger.error(fields, 'mail given up')
    else logger.warn(fields, 'mail postponed')
  }
  const retry = (mail: ClaimedMail, reason: string) =>
    fail(mail, reason, nextAttemptAt(mail.attempts, clock.now()))

  const recordSent = async (mail: ClaimedMail) => {
    unrecorded.add(mail.id)
    await finish(mail, 'SENT', null)
    unrecorded.delete(mail.id)
  }

  return async (mail: ClaimedMail): Promise<void> => {
    if (unrecorded.has(mail.id)) return recordSent(mail)
    if (mail.attempts > maxAttempts) return fail(mail, 'Every try was cut short.', null)
    if (!isKnownKind(mail.kind)) return retry(mail, 'This version does not know this kind of mail.')
    const parameters = openMailParameters(deps.sealer, mail)
    if (parameters === null) return fail(mail, 'The parameters cannot be opened.', null)
    const { dispatch } = deps
    if (dispatch === null) return finish(mail, 'DISCARDED', 'Mail is off.')
    if (parameters.to === null) return finish(mail, 'DISCARDED', 'It is for nobody.')
    if (!(await beginTokens(deps, parameters.tokens)))
      return finish(mail, 'DISCARDED', 'Its link is void by now.')
    try {
      await send(mail, parameters, parameters.to, dispatch, deps.look)
    } catch (error) {
      if (error instanceof PermanentMailError) return fail(mail, error.message, null)
      if (!(error instanceof MailError)) logger.error({ mailId: mail.id, error }, 'mail could not be written')
      return retry(mail, error instanceof MailError ? error.message : 'Unexpected error.')
    }
    await recordSent(mail)
  }
}

/** False when one of the mail's links was used or replaced by a newer mail's. */
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
