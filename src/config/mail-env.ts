import type { Variable } from './env.ts'

/** The variables of mails and of what they carry. */
export const mailVariables = {
  APP_NAME: { default: 'Gatehouse', sentence: 'What mails call the product.' },
  APP_URL: {
    unset: '`PUBLIC_URL`',
    sentence: 'Where the pages are that mails lead to; https in production.',
  },
  APP_COLOR: { default: '#2f5bd7', sentence: 'Colour of the buttons in mails.' },
  MAIL: {
    default: 'auto',
    sentence:
      '`auto` sends by `SMTP_URL` or `SENDGRID_API_KEY` (production wants one of them), else into the development mailbox at `/dev/mailbox`; `off` sends nothing.',
  },
  MAIL_FROM: {
    unset: '`APP_NAME <no-reply@localhost>`',
    sentence: 'Sender of the mails: `name@example.com` or `Name <name@example.com>`. Needed in production.',
  },
  SMTP_URL: {
    unset: 'none',
    secret: true,
    sentence:
      'Mail server, as `smtp://user:password@host:587` (STARTTLS; production insists on it) or `smtps://…:465`.',
  },
  SENDGRID_API_KEY: { unset: 'none', secret: true, sentence: 'Sends by the HTTP API of SendGrid instead.' },
  SENDGRID_BASE_URL: {
    default: 'https://api.sendgrid.com',
    sentence: 'Where that API is, for example `https://api.eu.sendgrid.com`.',
  },
  DEV_MAILBOX: {
    default: 'off',
    sentence:
      '`on` shows `/dev/mailbox` to everybody who reaches the service, not just to this machine. Never in production.',
  },
  LINK_VERIFY_EMAIL: {
    unset: '`APP_URL/verify-email?token={token}`',
    sentence: 'Page that the mail leads to, with `{token}` where the token goes; so are the following.',
  },
  LINK_DENY_REGISTRATION: {
    unset: '`APP_URL/deny-registration?token={token}`',
    sentence: 'Page for "I did not register".',
  },
  LINK_RESET_PASSWORD: {
    unset: '`APP_URL/reset-password?token={token}`',
    sentence: 'Page that asks for a new password.',
  },
  LINK_CONFIRM_EMAIL: {
    unset: '`APP_URL/confirm-email?token={token}`',
    sentence: 'Page that confirms a new address.',
  },
  LINK_UNDO_EMAIL_CHANGE: {
    unset: '`APP_URL/undo-email-change?token={token}`',
    sentence: 'Page that takes the change of an address back.',
  },
  LINK_UNLOCK_ACCOUNT: {
    unset: '`APP_URL/unlock-account?token={token}`',
    sentence: 'Page that ends the lock of an account.',
  },
  LINK_REPORT_SESSION: {
    unset: '`APP_URL/report-session?token={token}`',
    sentence: 'Page for "this was not me".',
  },
  EMAIL_VERIFICATION: {
    default: 'optional',
    sentence:
      '`off` mails no verification, `optional` signs in before it, `required` signs in after it only and never tells whether an address has an account.',
  },
  VERIFY_EMAIL_SECONDS: {
    default: '86400',
    unit: 's',
    sentence: 'How long a mailed link is good, from when it was sent: verification of an address.',
  },
  RESET_PASSWORD_SECONDS: { default: '3600', unit: 's', sentence: 'The same for a password reset.' },
  CHANGE_EMAIL_SECONDS: { default: '3600', unit: 's', sentence: 'The same for the change of an address.' },
  UNDO_EMAIL_CHANGE_SECONDS: {
    default: '604800',
    unit: 's',
    sentence: 'The same for taking that back; the old address stays reserved that long.',
  },
  UNLOCK_ACCOUNT_SECONDS: { default: '3600', unit: 's', sentence: 'The same for unlocking an account.' },
  REPORT_SESSION_SECONDS: {
    default: '604800',
    unit: 's',
    sentence: 'The same for saying that a sign-in was somebody else.',
  },
} as const satisfies Readonly<Record<string, Variable>>
