import { daySeconds, hourSeconds } from '../../lib/duration.ts'
import type { AboutApiKeys, Mail } from './mail.ts'
import type { MailBranding } from './mail-branding.ts'
import { fillLink, type MailLinks } from './mail-links.ts'

/** The sentences of a mail. The layout renders them as plain text and as HTML; nothing is escaped here. */
export interface MailText {
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly action: MailLink
  /** How long the link is valid, and what to do if the recipient did not cause the mail. */
  readonly closing: readonly string[]
  /** A second link, for recipients who did not cause the mail. */
  readonly secondAction?: MailLink
}

export interface MailLink {
  readonly label: string
  readonly url: string
}

/** What all mails have in common. */
export interface MailLook {
  readonly app: MailBranding
  readonly links: MailLinks
}

/** Writes the text of a mail. `lifeSeconds` is the validity of its links, from now. */
export function writeMail(mail: Mail, lifeSeconds: number, { app, links }: MailLook): MailText {
  const validity = `The link is valid for ${inWords(lifeSeconds)}.`
  const home = { label: `Go to ${app.name}`, url: app.url.href }
  switch (mail.kind) {
    case 'VERIFY_EMAIL':
      return {
        subject: `Confirm your e-mail address for ${app.name}`,
        paragraphs: [`Welcome to ${app.name}! Please confirm that this address is yours.`],
        action: { label: 'Confirm address', url: fillLink(links.verifyEmail, mail.token) },
        closing: [
          validity,
          'If you did not sign up, someone else entered your address. You can remove the account:',
        ],
        secondAction: { label: 'I did not register', url: fillLink(links.denyRegistration, mail.denyToken) },
      }
    case 'ACCOUNT_EXISTS':
      return {
        subject: `You already have an account with ${app.name}`,
        paragraphs: [
          'Someone, perhaps you, tried to sign up with this address. You already have an account, and it has not changed.',
          'If you forgot your password, you can set a new one from the sign-in page.',
        ],
        action: home,
        closing: [
          'If it was not you, you do not need to do anything: the other person did not learn that you have an account.',
        ],
      }
    case 'RESET_PASSWORD':
      return {
        subject: `Set a new password for ${app.name}`,
        paragraphs: ['We received a request to set a new password for your account.', ...aboutApiKeys(mail)],
        action: { label: 'Set a new password', url: fillLink(links.resetPassword, mail.token) },
        closing: [validity, 'If it was not you, ignore this mail: your password does not change.'],
      }
    case 'PASSWORD_CHANGED':
      return {
        subject: `Your password for ${app.name} was changed`,
        paragraphs: [
          'The password of your account was just changed, and other devices were signed out.',
          ...aboutApiKeys(mail),
        ],
        action: home,
        closing: ['If it was not you, set a new password now: choose “forgot password” on the sign-in page.'],
      }
    case 'CONFIRM_EMAIL_CHANGE':
      return {
        subject: `Confirm your new e-mail address for ${app.name}`,
        paragraphs: ['Please confirm that you want to use this address for your account from now on.'],
        action: { label: 'Confirm new address', url: fillLink(links.confirmEmail, mail.token) },
        closing: [validity, 'If you did not request this change, ignore this mail: nothing changes.'],
      }
    case 'EMAIL_CHANGED':
      return {
        subject: `The e-mail address of your ${app.name} account was changed`,
        paragraphs: [
          `Your account now uses ${mail.newEmail}. If you made this change, you do not need to do anything.`,
          ...aboutApiKeys(mail),
        ],
        action: { label: 'Undo the change', url: fillLink(links.undoEmailChange, mail.undoToken) },
        closing: [
          `If it was not you, undo the change now. This also signs out all devices and revokes all API keys. ${validity}`,
        ],
      }
    case 'ACCOUNT_DELETED':
      return {
        subject: `Your ${app.name} account was deleted`,
        paragraphs: [
          'Your account and your personal data were just deleted. Thank you for your time with us.',
        ],
        action: home,
        closing: ['If it was not you, please contact us as soon as possible.'],
      }
    case 'ACCOUNT_LOCKED':
      return {
        subject: `Your ${app.name} account is temporarily locked`,
        paragraphs: [
          'Someone, perhaps you, entered a wrong password too many times. None of these attempts succeeded. Signing in this way is now blocked for some time.',
          'If it was you, unlock the account and try again, or choose “forgot password” on the sign-in page.',
        ],
        action: { label: 'Unlock the account', url: fillLink(links.unlockAccount, mail.token) },
        closing: [
          validity,
          'If it was not you, you do not need to do anything: the lock ends by itself, and your password does not change.',
        ],
      }
    case 'PASSWORD_EXPIRES':
      return {
        subject: `Your password for ${app.name} expires soon`,
        paragraphs: [
          `Your password is valid until ${dateInWords(mail.expiresAt)}. Please choose a new one before that date.`,
        ],
        action: home,
        closing: ['After that date, you can still set a new password when you sign in.'],
      }
    case 'OPERATOR_ALERT':
      return {
        subject: `${app.name}: ${mail.alert}`,
        paragraphs: [
          mail.message,
          `${timesInWords(mail.occurrences)} between ${mail.windowStart} and ${mail.windowEnd}. The first: ${mail.details}`,
        ],
        action: home,
        closing: ['You receive this mail because alerts to the operators are sent to your address.'],
      }
    case 'NEW_SIGN_IN':
      return {
        subject: `New sign-in to your ${app.name} account`,
        paragraphs: [
          `There was a sign-in to your account with ${mail.device}, from ${mail.place}, on ${momentInWords(mail.signedInAt)}.`,
          'If it was you, you do not need to do anything.',
        ],
        action: { label: 'This wasn’t me', url: fillLink(links.reportSession, mail.reportToken) },
        closing: [`If it was not you, use the link. ${reportEffect} ${validity}`],
      }
    case 'REFRESH_TOKEN_REUSED':
      return {
        subject: `We ended a sign-in to your ${app.name} account`,
        paragraphs: [
          `The sign-in with ${mail.device} on ${momentInWords(mail.signedInAt)} was used from two places, so its stored credentials may have been copied. We have signed out both.`,
          'To continue, sign in again. If you restored the device from a backup, that is the reason, and you do not need to do anything else.',
        ],
        action: { label: 'Sign out everywhere', url: fillLink(links.reportSession, mail.reportToken) },
        closing: [`If you do not know the reason, use the link. ${reportEffect} ${validity}`],
      }
  }
}

const reportEffect =
  'It signs out all devices, revokes all API keys and sends you a link to set a new password.'

function aboutApiKeys({ revokedApiKeys = '', remainingApiKeys = '' }: AboutApiKeys): string[] {
  const revoked = `These API keys of your account were revoked: ${revokedApiKeys}.`
  const remaining = `These API keys of your account are still valid: ${remainingApiKeys}. Revoke each key that you do not know.`
  return [...(revokedApiKeys === '' ? [] : [revoked]), ...(remainingApiKeys === '' ? [] : [remaining])]
}

/** Each unit with its length and the shortest duration for which it is used, in seconds. */
const units = [
  ['day', daySeconds, 2 * daySeconds],
  ['hour', hourSeconds, hourSeconds],
  ['minute', 60, 60],
] as const

/** A duration in the largest unit that leaves no remainder; a single day is written as 24 hours. */
export function inWords(seconds: number): string {
  const [name, size] = units.find(([, unit, min]) => seconds % unit === 0 && seconds >= min) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

function timesInWords(count: string): string {
  return count === '1' ? 'Once' : `${count} times`
}

function dateInWords(iso: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))
}

function momentInWords(iso: string): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  return `${new Intl.DateTimeFormat('en-GB', format).format(new Date(iso))} UTC`
}
