import type { EnvReader } from '../../env-reader.ts'
import { readWebhook, type WebhookConfig } from '../../read-webhook.ts'
import { listOf } from '../../rules/list-rules.ts'
import { countryCode } from '../../rules/text-rules.ts'
import type { Variables } from '../../variable.ts'

export const textMessageVariables = {
  SMS_WEBHOOK_URL: {
    unset: 'none',
    secret: true,
    description:
      'Webhook URL that sends text messages (signed POST); https in production. Without it, phone numbers cannot be verified. Outside production, the messages then appear in the development mailbox.',
  },
  SMS_WEBHOOK_SECRET: {
    unset: 'none',
    secret: true,
    description:
      'Key of the signature (HMAC-SHA-256), at least 32 random characters. Required with `SMS_WEBHOOK_URL`.',
  },
  SMS_WEBHOOK_PRIVATE: {
    default: 'off',
    description: 'Allows a webhook URL with a private, loopback or link-local address.',
  },
  SMS_COUNTRIES: {
    unset: 'all',
    description:
      'Two-letter country codes (ISO 3166-1). Only phone numbers of these countries can be verified. Protects against messages to expensive destinations.',
  },
} as const satisfies Variables

export interface TextMessageConfig {
  /** Null: text messages are not sent. */
  readonly webhook: WebhookConfig | null
  /** Codes of ISO 3166-1 alpha-2. Null: all. */
  readonly countries: readonly string[] | null
}

export function readTextMessages(
  reader: EnvReader<typeof textMessageVariables>,
  production: boolean,
): TextMessageConfig {
  const names = {
    url: 'SMS_WEBHOOK_URL',
    secret: 'SMS_WEBHOOK_SECRET',
    privateAllowed: 'SMS_WEBHOOK_PRIVATE',
  } as const
  const countries = reader.read('SMS_COUNTRIES', listOf(countryCode), null)
  return { webhook: readWebhook(reader, names, production), countries }
}
