import { daySeconds } from '../../lib/duration.ts'
import { Secret } from '../../lib/secret.ts'
import type { EnvReader } from '../env-reader.ts'
import { requireHttps } from '../require-https.ts'
import { flag } from '../rules/choice-rules.ts'
import { mailAddress } from '../rules/mail-rules.ts'
import { integer } from '../rules/number-rules.ts'
import { randomText } from '../rules/secret-rules.ts'
import { isLoopback, urlOf } from '../rules/url-rules.ts'
import type { Variables } from '../variable.ts'
import type { mailVariables } from './mail.ts'

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
  readonly webhook: {
    readonly url: Secret
    readonly secret: Secret
    readonly privateAllowed: boolean
  } | null
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
  const webhook = readWebhook(reader, production)
  const email = reader.read('ALERT_EMAIL', mailAddress, null)
  reader.check(['ALERT_EMAIL', 'MAIL'], email === null || mails, 'requires mail, which is off.')
  return {
    webhook,
    email,
    windowSeconds: reader.readOrDefault('ALERT_WINDOW_SECONDS', integer(10, daySeconds)),
  }
}

function readWebhook(reader: AlertReader, production: boolean): AlertConfig['webhook'] {
  const url = reader.read('ALERT_WEBHOOK_URL', urlOf('https', 'http'), null)
  const secret = reader.read('ALERT_WEBHOOK_SECRET', randomText, null)
  const privateAllowed = reader.readOrDefault('ALERT_WEBHOOK_PRIVATE', flag)
  if (url === null) return null
  reader.check(
    ['ALERT_WEBHOOK_SECRET', 'ALERT_WEBHOOK_URL'],
    secret !== null,
    'is required with ALERT_WEBHOOK_URL.',
  )
  requireHttps(reader, 'ALERT_WEBHOOK_URL', new URL(url), production)
  reader.check(
    ['ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_PRIVATE'],
    privateAllowed || !isLoopback(new URL(url)),
    'is an address of this machine, which requires ALERT_WEBHOOK_PRIVATE=on.',
  )
  return secret === null ? null : { url: new Secret(url), secret, privateAllowed }
}
