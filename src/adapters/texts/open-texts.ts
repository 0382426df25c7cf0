import type { Config } from '../../config/config.ts'
import type { MailTransport } from '../../domain/mail/mail-transport.ts'
import type { TextTransport } from '../../domain/mail/text-transport.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { createDependencyBreaker, type DependencyBreakerDeps } from '../failover/dependency-breaker.ts'
import { isWebhookFailure } from '../webhook/signed-webhook.ts'
import { MailboxTextTransport } from './mailbox-text-transport.ts'
import { WebhookTextTransport } from './webhook-text-transport.ts'

/** The webhook, or outside production the development mailbox. Null: no text messages are sent. */
export function openTexts(
  { textMessages: { webhook }, environment }: Pick<Config, 'textMessages' | 'environment'>,
  mailbox: MailTransport | null,
  deps: DependencyBreakerDeps & { readonly clock: Clock },
): TextTransport | null {
  if (webhook !== null) {
    const breaker = createDependencyBreaker('sms_webhook', deps, isWebhookFailure)
    return new WebhookTextTransport({ ...webhook, clock: deps.clock, breaker })
  }
  return mailbox === null || environment === 'production' ? null : new MailboxTextTransport(mailbox)
}
