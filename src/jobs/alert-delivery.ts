import { alertKinds } from '../domain/alerts/alert.ts'
import { maxAttempts, reportedAfter, retryTimeAfter } from '../domain/alerts/alert-policy.ts'
import { AlertError, type AlertNotice, type AlertSink } from '../domain/alerts/alert-sink.ts'
import type { AlertStore, ClaimedAlert } from '../domain/alerts/alert-store.ts'
import type { QueuedMail } from '../domain/mail/mail.ts'
import type { MailComposer } from '../domain/mail/mail-composer.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Clock } from '../lib/time/clock.ts'

export interface AlertDeliveryDeps {
  readonly store: AlertStore
  readonly transaction: Transaction
  /** Null: no webhook is configured. */
  readonly webhook: AlertSink | null
  readonly composer: MailComposer
  /** Address of the operators; null: alerts are not mailed. */
  readonly email: string | null
  readonly courier: MailWaker
  readonly clock: Clock
  readonly logger: Logger
}

/** How long a claim is valid: longer than a delivery takes. */
const claimMs = 30_000

/**
 * Delivers due alerts to the webhook and by mail. The mail is queued in the transaction of the first attempt: one mail for
 * each notice, even if the webhook fails and is tried again under the same id.
 */
export class AlertDelivery {
  readonly #deps: AlertDeliveryDeps

  constructor(deps: AlertDeliveryDeps) {
    this.#deps = deps
  }

  /** Claims up to `limit` due alerts and queues their mails. */
  async claimDue(limit: number): Promise<readonly ClaimedAlert[]> {
    const { clock, transaction, courier } = this.#deps
    const now = clock.now()
    const { alerts, mails } = await transaction(async (stores) => {
      const alerts = await stores.alerts.claim(now, new Date(now.getTime() + claimMs), limit)
      const mails = alerts.filter(({ attempts }) => attempts === 1).flatMap((alert) => this.#mailOf(alert))
      for (const mail of mails) await stores.mail.enqueue(mail)
      return { alerts, mails }
    })
    if (mails.length > 0) courier.wake()
    return alerts
  }

  /**
   * Sends a claimed alert to the webhook, or postpones it to its next attempt. Rejects only if the store fails: then the
   * alert is tried again after its claim has expired.
   */
  async deliver(alert: ClaimedAlert): Promise<void> {
    const { webhook, logger } = this.#deps
    if (alert.attempts > maxAttempts) return this.#retryOrAbandon(alert, 'Every attempt was interrupted.')
    try {
      await webhook?.send(noticeOf(alert))
    } catch (error) {
      if (error instanceof AlertError) return this.#retryOrAbandon(alert, error.message)
      logger.error({ alertId: alert.id, error }, 'alert could not be delivered')
      return this.#retryOrAbandon(alert, 'Unexpected error.')
    }
    await this.#settle(alert, null)
  }

  /** Postpones the alert, or records its end after the last attempt. */
  async #retryOrAbandon(alert: ClaimedAlert, reason: string): Promise<void> {
    const { store, clock, logger } = this.#deps
    const { id: alertId, kind, attempts } = alert
    const nextAttemptAt = retryTimeAfter(attempts, clock.now())
    if (nextAttemptAt === null) {
      await this.#settle(alert, reason)
      return logger.error({ alertId, kind, attempts, reason }, 'alert abandoned')
    }
    await store.postpone(alert, { reason, nextAttemptAt })
    logger.warn({ alertId, kind, attempts, reason, nextAttemptAt }, 'alert postponed')
  }

  async #settle(alert: ClaimedAlert, reason: string | null): Promise<void> {
    const { store, clock } = this.#deps
    await store.settle(alert, { reported: reportedAfter(alert), reason, now: clock.now() })
  }

  #mailOf(alert: ClaimedAlert): readonly QueuedMail[] {
    const { email, composer } = this.#deps
    if (email === null) return []
    const { kind, message, occurrences, windowStart, windowEnd, details } = noticeOf(alert)
    const mail = {
      kind: 'OPERATOR_ALERT',
      alert: kind,
      message,
      occurrences: String(occurrences),
      windowStart: windowStart.toISOString(),
      windowEnd: windowEnd.toISOString(),
      details: JSON.stringify(details),
    } as const
    return [composer.compose({ to: { email, name: null }, mail, tokens: [] }, null)]
  }
}

function noticeOf(alert: ClaimedAlert): AlertNotice {
  const { id, kind, occurrences, reportedOccurrences, windowStart, windowEnd, details } = alert
  const message = alertKinds[kind]
  return { id: `${id}:${reportedOccurrences}`, kind, message, occurrences, windowStart, windowEnd, details }
}
