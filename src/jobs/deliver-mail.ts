import type { Sealer } from '../domain/keys/sealer.ts'
import type { Mail, PhoneCodeMessage } from '../domain/mail/mail.ts'
import type { MailedToken, MailParameters } from '../domain/mail/mail-composer.ts'
import { isKnownKind, openMailParameters } from '../domain/mail/mail-parameters.ts'
import { maxAttempts, nextAttemptAt } from '../domain/mail/mail-policy.ts'
import type { ClaimedMail, MailStore } from '../domain/mail/mail-store.ts'
import {
  MailError,
  type MailSender,
  type MailTransport,
  PermanentMailError,
} from '../domain/mail/mail-transport.ts'
import type { TextTransport } from '../domain/mail/text-transport.ts'
import type { OneTimeTokenStore } from '../domain/one-time-tokens/one-time-token-store.ts'
import type { PhoneCodeStore } from '../domain/phone-codes/phone-code-store.ts'
import { mailLanguage } from '../flows/mails/mail-language.ts'
import { renderMail } from '../flows/mails/render-mail.ts'
import type { MailLook } from '../flows/mails/write-mail.ts'
import { writePhoneCode } from '../flows/mails/write-phone-code.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Metrics } from '../lib/observation/metrics.ts'
import type { Clock } from '../lib/time/clock.ts'

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
  readonly phoneCodes: Pick<PhoneCodeStore, 'isLive'>
  /** Null: text messages are disabled, and every one is discarded. */
  readonly texts: TextTransport | null
  readonly look: MailLook
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
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
    const send = await prepare(deps, mail, parameters)
    if (typeof send === 'string') return finish(deps, mail, 'DISCARDED', send)
    try {
      await send()
    } catch (error) {
      if (error instanceof PermanentMailError) return abandon(deps, mail, error.message)
      if (error instanceof MailError) return retry(deps, mail, error.message)
      deps.logger.error({ mailId: mail.id, error }, 'mail could not be rendered')
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
  { store, clock, logger, metrics }: DeliverMailDeps,
  mail: ClaimedMail,
  state: 'SENT' | 'DISCARDED',
  reason: string | null,
): Promise<void> {
  await store.finish(mail.id, { state, reason, now: clock.now() })
  metrics.count('messages', state)
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
  { store, clock, logger, metrics }: DeliverMailDeps,
  mail: ClaimedMail,
  reason: string,
  next: Date | null,
): Promise<void> {
  await store.postpone(mail, { reason, nextAttemptAt: next, now: clock.now() })
  metrics.count('messages', next === null ? 'ABANDONED' : 'POSTPONED')
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

/** Sends a mail; or the reason why it is discarded instead. */
type Prepared = (() => Promise<void>) | string

function prepare(
  deps: DeliverMailDeps,
  claimed: ClaimedMail,
  { to, mail, tokens, locale = null }: MailParameters,
): Promise<Prepared> {
  const sent = { id: claimed.id, language: mailLanguage(claimed.locale, locale) }
  return mail.kind === 'VERIFY_PHONE'
    ? prepareText(deps, sent, mail)
    : prepareMail(deps, sent, { to, mail, tokens })
}

/** The id of a row in the queue, and the language of its texts. */
interface SentMail {
  readonly id: string
  readonly language: ReturnType<typeof mailLanguage>
}

async function prepareText(
  deps: DeliverMailDeps,
  { id, language }: SentMail,
  message: PhoneCodeMessage,
): Promise<Prepared> {
  const { texts, phoneCodes, clock, look } = deps
  if (texts === null) return 'Text messages are disabled.'
  const now = clock.now()
  if (!(await phoneCodes.isLive(message.codeId, message.userId, now)))
    return 'The code in the message is no longer valid.'
  return () => texts.send(writePhoneCode(id, message, { app: look.app, language, now }))
}

async function prepareMail(
  deps: DeliverMailDeps,
  { id, language }: SentMail,
  { to, mail, tokens }: Pick<MailParameters, 'to' | 'tokens'> & { readonly mail: Mail },
): Promise<Prepared> {
  const { dispatch, look } = deps
  if (dispatch === null) return 'Mail is disabled.'
  if (to === null) return 'The mail has no recipient.'
  if (!(await beginTokens(deps, tokens))) return 'The link in the mail is no longer valid.'
  const { transport, from } = dispatch
  const domain = from.email.slice(from.email.lastIndexOf('@') + 1)
  return () => {
    const rendered = renderMail(to, { mail, tokens }, look, language)
    return transport.send({ ...rendered, messageId: `<${id}@${domain}>`, from, to: to.email })
  }
}
