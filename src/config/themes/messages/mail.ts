import type { MailSender } from '../../../domain/mail/mail-transport.ts'
import type { MailboxAudience } from '../../../domain/mail/mailbox.ts'
import type { EmailVerification } from '../../../domain/users/email-verification.ts'
import type { Secret } from '../../../lib/crypto/secret.ts'
import type { EnvReader } from '../../env-reader.ts'
import { requireHttps } from '../../require-https.ts'
import { flag, oneOf } from '../../rules/choice-rules.ts'
import { sender, smtpUrl } from '../../rules/mail-rules.ts'
import { apiKey } from '../../rules/secret-rules.ts'
import { baseUrl, isLoopback } from '../../rules/url-rules.ts'
import type { Variables } from '../../variable.ts'

export const mailVariables = {
  MAIL: {
    default: 'auto',
    description:
      '`auto` sends through `SMTP_URL` or `SENDGRID_API_KEY` (production requires one of them), otherwise to the development mailbox at `/dev/mailbox`; `off` sends nothing.',
  },
  MAIL_FROM: {
    unset: '`APP_NAME <no-reply@localhost>`',
    description:
      'Sender of the mails: `name@example.com` or `Name <name@example.com>`. Required in production.',
  },
  SMTP_URL: {
    unset: 'none',
    secret: true,
    description:
      'Mail server, as `smtp://user:password@host:587` (STARTTLS; required in production) or `smtps://…:465`.',
  },
  SENDGRID_API_KEY: {
    unset: 'none',
    secret: true,
    description: 'Sends through the HTTP API of SendGrid instead of a mail server.',
  },
  SENDGRID_BASE_URL: {
    default: 'https://api.sendgrid.com',
    description: 'Base URL of that API, for example `https://api.eu.sendgrid.com`; https in production.',
  },
  DEV_MAILBOX: {
    default: 'off',
    description:
      '`on` shows `/dev/mailbox` to every client that reaches the service; `off` only to this machine, and to no one if other machines can reach the service by `HOST` or `PUBLIC_URL`. `on` is not allowed in production.',
  },
  EMAIL_VERIFICATION: {
    default: 'optional',
    description:
      '`off` sends no verification mail; it applies while MAIL is `off`. `optional` allows signing in before the address is verified. `required` allows it only afterwards, and registration then does not reveal whether an address has an account.',
  },
} as const satisfies Variables

/** How mails are sent. */
export type MailConfig =
  | {
      readonly transport: 'smtp'
      readonly from: MailSender
      readonly url: Secret
      readonly requireTls: boolean
    }
  | {
      readonly transport: 'sendgrid'
      readonly from: MailSender
      readonly apiKey: Secret
      readonly baseUrl: URL
    }
  /** Kept in memory for developers, who see them on this machine, everywhere, or not at all (null). */
  | {
      readonly transport: 'mailbox'
      readonly from: MailSender
      readonly audience: MailboxAudience | null
    }

/** `null`: no mail is sent. */
export function readMail(
  reader: EnvReader<typeof mailVariables>,
  appName: string,
  { production, exposed }: { readonly production: boolean; readonly exposed: boolean },
): MailConfig | null {
  const on = reader.readOrDefault('MAIL', oneOf('auto', 'off')) === 'auto'
  const given = reader.read('MAIL_FROM', sender, null)
  const url = reader.read('SMTP_URL', smtpUrl, null)
  const key = reader.read('SENDGRID_API_KEY', apiKey, null)
  const sendgridUrl = reader.readOrDefault('SENDGRID_BASE_URL', baseUrl)
  const shown = reader.readOrDefault('DEV_MAILBOX', flag)
  requireHttps(reader, 'SENDGRID_BASE_URL', sendgridUrl, production)
  reader.check(
    ['SENDGRID_API_KEY', 'SMTP_URL'],
    !on || url === null || key === null,
    'and SMTP_URL are both set; set only one of them.',
  )
  reader.check(
    ['DEV_MAILBOX'],
    !production || !shown,
    'must be off in production: every client could read every mail.',
  )
  if (!on) return null
  if (production) {
    reader.check(
      ['SMTP_URL', 'SENDGRID_API_KEY'],
      url !== null || key !== null,
      'or SENDGRID_API_KEY is required in production (or MAIL=off).',
    )
    reader.check(['MAIL_FROM'], given !== null, 'is required in production (or MAIL=off).')
  }
  const from = given ?? { name: appName, email: 'no-reply@localhost' }
  if (url !== null) return { transport: 'smtp', from, url, requireTls: production && !isLocal(url) }
  if (key !== null) return { transport: 'sendgrid', from, apiKey: key, baseUrl: sendgridUrl }
  return { transport: 'mailbox', from, audience: shown ? 'every-client' : exposed ? null : 'loopback' }
}

/** `off` while no mail is sent. */
export function readEmailVerification(
  reader: EnvReader<typeof mailVariables>,
  mail: MailConfig | null,
): EmailVerification {
  const verification = reader.readOrDefault('EMAIL_VERIFICATION', oneOf('off', 'optional', 'required'))
  reader.check(
    ['EMAIL_VERIFICATION', 'MAIL'],
    verification !== 'required' || mail !== null,
    'cannot be required while MAIL is off: new users could never sign in.',
  )
  // Without mail, a registration writes neither a mail nor the tokens of its links.
  return mail === null ? 'off' : verification
}

function isLocal(url: Secret): boolean {
  return isLoopback(new URL(url.reveal()))
}
