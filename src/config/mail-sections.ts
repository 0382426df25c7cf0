import type { Secret } from '../lib/secret.ts'
import type { Config } from './config.ts'
import type { EnvReader } from './env-reader.ts'
import {
  apiKey,
  color,
  isSafe,
  linkTemplate,
  pageUrl,
  type Sender,
  sender,
  smtpUrl,
  title,
} from './mail-rules.ts'
import { baseUrl, isLoopback } from './network-rules.ts'
import { flag, oneOf, wholeNumber } from './rules.ts'

/** How mails leave, if they do. */
export type MailConfig =
  | { readonly transport: 'smtp'; readonly from: Sender; readonly url: Secret; readonly requireTls: boolean }
  | { readonly transport: 'sendgrid'; readonly from: Sender; readonly apiKey: Secret; readonly baseUrl: URL }
  /** Kept in memory, to be looked at by whoever develops: on this machine, or everywhere. */
  | { readonly transport: 'mailbox'; readonly from: Sender; readonly shownTo: 'loopback' | 'everybody' }

const daySeconds = 86_400

export function readApp(reader: EnvReader, publicUrl: URL, production: boolean): Config['app'] {
  const url = reader.read('APP_URL', pageUrl, publicUrl)
  if (url !== publicUrl) checkSafe(reader, 'APP_URL', url, production)
  return {
    name: reader.readOrDefault('APP_NAME', title),
    url,
    color: reader.readOrDefault('APP_COLOR', color),
  }
}

export function readMail(reader: EnvReader, appName: string, production: boolean): MailConfig | null {
  const on = reader.readOrDefault('MAIL', oneOf('auto', 'off')) === 'auto'
  const given = reader.read('MAIL_FROM', sender, null)
  const url = reader.read('SMTP_URL', smtpUrl, null)
  const key = reader.read('SENDGRID_API_KEY', apiKey, null)
  const sendgridUrl = reader.readOrDefault('SENDGRID_BASE_URL', baseUrl)
  const shown = reader.readOrDefault('DEV_MAILBOX', flag)
  checkSafe(reader, 'SENDGRID_BASE_URL', sendgridUrl, production)
  reader.check(
    ['SENDGRID_API_KEY', 'SMTP_URL'],
    !on || url === null || key === null,
    'and SMTP_URL are both set: one of them is wanted.',
  )
  reader.check(
    ['DEV_MAILBOX'],
    !production || !shown,
    'is not for production: everybody could read every mail.',
  )
  if (!on) return null
  if (production) {
    reader.check(
      ['SMTP_URL', 'SENDGRID_API_KEY'],
      url !== null || key !== null,
      'or SENDGRID_API_KEY is needed in production (or MAIL=off).',
    )
    reader.check(['MAIL_FROM'], given !== null, 'is needed in production (or MAIL=off).')
  }
  const from = given ?? { name: appName, email: 'no-reply@localhost' }
  if (url !== null) return { transport: 'smtp', from, url, requireTls: production && !isLocal(url) }
  if (key !== null) return { transport: 'sendgrid', from, apiKey: key, baseUrl: sendgridUrl }
  return { transport: 'mailbox', from, shownTo: shown ? 'everybody' : 'loopback' }
}

export function readLinks(reader: EnvReader, appUrl: URL, production: boolean): Config['links'] {
  const base = appUrl.href.replace(/\/$/, '')
  const read = (name: LinkName, page: string) => {
    const byDefault = `${base}/${page}?token={token}`
    const link = reader.read(name, linkTemplate, byDefault)
    if (link !== byDefault) checkSafe(reader, name, new URL(link), production)
    return link
  }
  return {
    verifyEmail: read('LINK_VERIFY_EMAIL', 'verify-email'),
    denyRegistration: read('LINK_DENY_REGISTRATION', 'deny-registration'),
    resetPassword: read('LINK_RESET_PASSWORD', 'reset-password'),
    confirmEmail: read('LINK_CONFIRM_EMAIL', 'confirm-email'),
    undoEmailChange: read('LINK_UNDO_EMAIL_CHANGE', 'undo-email-change'),
    unlockAccount: read('LINK_UNLOCK_ACCOUNT', 'unlock-account'),
    reportSession: read('LINK_REPORT_SESSION', 'report-session'),
  }
}

export function readEmailVerification(
  reader: EnvReader,
  mail: MailConfig | null,
): Config['emailVerification'] {
  const verification = reader.readOrDefault('EMAIL_VERIFICATION', oneOf('off', 'optional', 'required'))
  const reachable = verification !== 'required' || mail !== null
  reader.check(
    ['EMAIL_VERIFICATION', 'MAIL'],
    reachable,
    'cannot be required while MAIL is off: nobody could ever sign in.',
  )
  return verification
}

export function readOneTimeTokens(reader: EnvReader): Config['oneTimeTokens'] {
  return {
    verifyEmailSeconds: reader.readOrDefault('VERIFY_EMAIL_SECONDS', wholeNumber(60, 30 * daySeconds)),
    resetPasswordSeconds: reader.readOrDefault('RESET_PASSWORD_SECONDS', wholeNumber(60, daySeconds)),
    changeEmailSeconds: reader.readOrDefault('CHANGE_EMAIL_SECONDS', wholeNumber(60, daySeconds)),
    undoEmailChangeSeconds: reader.readOrDefault(
      'UNDO_EMAIL_CHANGE_SECONDS',
      wholeNumber(60, 90 * daySeconds),
    ),
    unlockAccountSeconds: reader.readOrDefault('UNLOCK_ACCOUNT_SECONDS', wholeNumber(60, daySeconds)),
    reportSessionSeconds: reader.readOrDefault('REPORT_SESSION_SECONDS', wholeNumber(60, 90 * daySeconds)),
  }
}

type LinkName =
  | 'LINK_VERIFY_EMAIL'
  | 'LINK_DENY_REGISTRATION'
  | 'LINK_RESET_PASSWORD'
  | 'LINK_CONFIRM_EMAIL'
  | 'LINK_UNDO_EMAIL_CHANGE'
  | 'LINK_UNLOCK_ACCOUNT'
  | 'LINK_REPORT_SESSION'

function checkSafe(
  reader: EnvReader,
  name: LinkName | 'APP_URL' | 'SENDGRID_BASE_URL',
  url: URL,
  production: boolean,
): void {
  reader.check([name], !production || isSafe(url), 'wants https in production, unless its host is loopback.')
}

function isLocal(url: Secret): boolean {
  return isLoopback(new URL(url.reveal()))
}
