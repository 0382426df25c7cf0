import type { Config } from '../config/config.ts'
import type { MessageChannel } from '../domain/mail/mail.ts'
import { MailComposer } from '../domain/mail/mail-composer.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { AlertDelivery } from '../jobs/alert-delivery.ts'
import { AlertMessenger } from '../jobs/alert-messenger.ts'
import { Courier } from '../jobs/courier.ts'
import { Couriers } from '../jobs/couriers.ts'
import { createDeliverMail } from '../jobs/deliver-mail.ts'

/** Delivers queued mails and text messages. Without their transport, they are not sent. */
export function createCouriers(config: Config, infrastructure: Infrastructure): Couriers {
  const { clock, logger, stores, sealer, mailTransport, textTransport: texts, metrics } = infrastructure
  const from = config.mail?.from
  const deliver = createDeliverMail({
    store: stores.mail,
    oneTimeTokens: stores.oneTimeTokens,
    sealer,
    dispatch: mailTransport === null || from === undefined ? null : { transport: mailTransport, from },
    phoneCodes: stores.phoneCodes,
    texts,
    look: { app: config.app, links: config.links },
    clock,
    logger,
    metrics,
  })
  const { drainSeconds } = config.server
  const courierOf = (channel: MessageChannel, transport: { capacity?(): number } | null) =>
    new Courier({
      channel,
      store: stores.mail,
      deliver,
      capacity: () => transport?.capacity?.() ?? Number.POSITIVE_INFINITY,
      clock,
      logger,
      drainSeconds,
    })
  return new Couriers([courierOf('MAIL', mailTransport), courierOf('TEXT', texts)])
}

/** Writes and delivers alerts. Without a receiver, it only writes them to the log. */
export function createAlertMessenger(
  { protection }: Config,
  infrastructure: Infrastructure,
  courier: MailWaker,
): AlertMessenger {
  const { alerts, alertWebhook: webhook, stores, transaction, sealer, ids, clock, logger } = infrastructure
  const { email } = protection.alerts
  const composer = new MailComposer({ sealer, ids, clock })
  const deps = { store: stores.alerts, transaction, webhook, composer, email, courier, clock, logger }
  const delivery = webhook === null && email === null ? null : new AlertDelivery(deps)
  return new AlertMessenger({ alerts, delivery, logger })
}
