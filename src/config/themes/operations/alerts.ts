import { daySeconds } from '../../../lib/time/duration.ts'
import type { EnvReader } from '../../env-reader.ts'
import { readWebhook, type WebhookConfig } from '../../read-webhook.ts'
import { mailAddress } from '../../rules/mail-rules.ts'
import { integer } from '../../rules/number-rules.ts'
import type { Variables } from '../../variable.ts'
import type { mailVariables } from '../messages/mail.ts'

export const alertVariables = {
  ALERT_WEBHOOK_URL: {
    unset: 'none',
    secret: true,
    description: 'Webhook URL for security alerts (signed POST); https in production.',
  },
  ALERT_WEBHOOK_SECRET: {
    unset: 'none',
    secret: true,
    description:
      'Key of the signature (HMAC-SHA-256), at least 32 random characters. Required with `ALERT_WEBHOOK_URL`.',
  },
  ALERT_WEBHOOK_PRIVATE: {
    default: 'off',
    description: 'Allows a webhook URL with a private, loopback or link-local address.',
  },
  ALERT_EMAIL: {
    unset: 'none',
    description: 'E-mail address of the operators for the same alerts. Requires mail.',
  },
  ALERT_WINDOW_SECONDS: {
    default: '300',
    unit: 's',
    description:
      'Window for alerts of one kind, 10 to 86400. At most two are sent within it: the first one immediately, and a summary of all at the end.',
  },
} as const satisfies Variables

export interface AlertConfig {
  readonly webhook: WebhookConfig | null
  readonly email: string | null
  readonly windowSeconds: number
}

/** What the rules of alerts depend on. */
interface AlertContext {
  readonly production: boolean
  /** Whether mail is sent. */
  readonly mails: boolean
}

type AlertReader = EnvReader<typeof alertVariables & typeof mailVariables>

export function readAlerts(reader: AlertReader, { production, mails }: AlertContext): AlertConfig {
  const names = {
    url: 'ALERT_WEBHOOK_URL',
    secret: 'ALERT_WEBHOOK_SECRET',
    privateAllowed: 'ALERT_WEBHOOK_PRIVATE',
  } as const
  const webhook = readWebhook(reader, names, production)
  const email = reader.read('ALERT_EMAIL', mailAddress, null)
  reader.check(['ALERT_EMAIL', 'MAIL'], email === null || mails, 'requires mail, which is off.')
  return {
    webhook,
    email,
    windowSeconds: reader.readOrDefault('ALERT_WINDOW_SECONDS', integer(10, daySeconds)),
  }
}
