import type { Config } from '../config/config.ts'
import { MailComposer } from '../domain/mail/mail-composer.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { AlertDelivery } from '../jobs/alert-delivery.ts'
import { AlertMessenger } from '../jobs/alert-messenger.ts'
import { Courier } from '../jobs/courier.ts'
import { createDeliverMail } from '../jobs/deliver-mail.ts'

/** Delivers queued mails. Without a mail transport, they are not sent. */
export function createCourier(config: Config, infrastructure: Infrastructure): Courier {
  const { clock, logger, stores, sealer, mailTransport } = infrastructure
  const from = config.mail?.from
  const deliver = createDeliverMail({
    store: stores.mail,
    oneTimeTokens: stores.oneTimeTokens,
    sealer,
    dispatch: mailTransport === null || from === undefined ? null : { transport: mailTransport, from },
    look: { app: config.app, links: config.links },
    clock,
    logger,
  })
  return new Courier({ store: stores.mail, deliver, clock, logger, drainSeconds: config.server.drainSeconds })
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
