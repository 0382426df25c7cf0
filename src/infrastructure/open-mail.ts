import {
  createDependencyBreaker,
  type DependencyBreakerDeps,
} from '../adapters/failover/dependency-breaker.ts'
import { MailboxMailTransport } from '../adapters/mail/mailbox-mail-transport.ts'
import { SendgridMailTransport } from '../adapters/mail/sendgrid-mail-transport.ts'
import type { Config } from '../config/config.ts'
import type { MailTransport } from '../domain/mail/mail-transport.ts'
import type { Clock } from '../lib/time/clock.ts'

interface OpenMail {
  readonly mailTransport: MailTransport | null
  /** Null: mails are sent. */
  readonly mailbox: MailboxMailTransport | null
}

/** Opens the transport of mails. The code of mail servers is loaded only if it is used. */
export async function openMail(
  mail: Config['mail'],
  clock: Clock,
  deps: DependencyBreakerDeps,
): Promise<OpenMail> {
  if (mail === null) return { mailTransport: null, mailbox: null }
  if (mail.transport === 'smtp') {
    const { isSmtpFailure, SmtpMailTransport } = await import('../adapters/mail/smtp-mail-transport.ts')
    const breaker = createDependencyBreaker('smtp', deps, isSmtpFailure)
    return { mailTransport: new SmtpMailTransport({ ...mail, breaker }), mailbox: null }
  }
  if (mail.transport === 'sendgrid') {
    const breaker = createDependencyBreaker('sendgrid', deps)
    return { mailTransport: new SendgridMailTransport({ ...mail, breaker }), mailbox: null }
  }
  const mailbox = new MailboxMailTransport(clock)
  return { mailTransport: mailbox, mailbox }
}
