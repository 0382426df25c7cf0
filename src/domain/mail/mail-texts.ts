import { daySeconds, hourSeconds } from '../../lib/duration.ts'
import type { Mail } from './mail.ts'
import type { MailBranding } from './mail-branding.ts'
import { fillLink, type MailLinks } from './mail-links.ts'

/** A mail as sentences, of which the layout makes text and HTML. Nothing in it is escaped yet. */
export interface MailText {
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly action: MailLink
  /** How long the action is good, and what to do if it was not you. */
  readonly closing: readonly string[]
  /** A way out for whoever did not ask for this mail. */
  readonly wayOut?: MailLink
}

export interface MailLink {
  readonly label: string
  readonly url: string
}

/** What every mail is written with. */
export interface MailLook {
  readonly app: MailBranding
  readonly links: MailLinks
}

/** The words of each mail. `lifeSeconds` is how long its links are good, from now. */
export function writeMail(mail: Mail, lifeSeconds: number, { app, links }: MailLook): MailText {
  const life = `The link is good for ${inWords(lifeSeconds)}.`
  const home = { label: `Go to ${app.name}`, url: app.url.href }
  switch (mail.kind) {
    case 'VERIFY_EMAIL':
      return {
        subject: `Confirm your e-mail address for ${app.name}`,
        paragraphs: [`Welcome to ${app.name}! Please confirm that this address is yours.`],
        action: { label: 'Confirm address', url: fillLink(links.verifyEmail, mail.token) },
        closing: [
          life,
          `You did not sign up? Then somebody else typed your address. You can remove the account:`,
        ],
        wayOut: { label: 'I did not register', url: fillLink(links.denyRegistration, mail.denyToken) },
      }
    case 'ACCOUNT_EXISTS':
      return {
        subject: `You already have an account with ${app.name}`,
        paragraphs: [
          'Somebody, perhaps you, tried to sign up with this address. It has an account already, and nothing about it has changed.',
          'If you forgot your password, ask for a new one where you sign in.',
        ],
        action: home,
        closing: ['If it was not you, there is nothing to do: whoever tried has learned nothing.'],
      }
    case 'RESET_PASSWORD':
      return {
        subject: `Set a new password for ${app.name}`,
        paragraphs: ['Somebody, hopefully you, asked to set a new password for your account.'],
        action: { label: 'Set a new password', url: fillLink(links.resetPassword, mail.token) },
        closing: [life, 'If it was not you, ignore this mail: your password stays as it is.'],
      }
    case 'PASSWORD_CHANGED':
      return {
        subject: `Your password for ${app.name} was changed`,
        paragraphs: ['The password of your account was just changed, and other devices were signed out.'],
        action: home,
        closing: [
          'If it was not you, set a new password right away: choose “forgot password” where you sign in.',
        ],
      }
    case 'CONFIRM_EMAIL_CHANGE':
      return {
        subject: `Confirm your new e-mail address for ${app.name}`,
        paragraphs: ['Please confirm that your account is to use this address from now on.'],
        action: { label: 'Confirm new address', url: fillLink(links.confirmEmail, mail.token) },
        closing: [life, 'If you did not ask for it, ignore this mail: nothing changes.'],
      }
    case 'EMAIL_CHANGED':
      return {
        subject: `The e-mail address of your ${app.name} account was changed`,
        paragraphs: [`Your account now uses ${mail.newEmail}. If that was you, all is well.`],
        action: { label: 'Undo the change', url: fillLink(links.undoEmailChange, mail.undoToken) },
        closing: [`If it was not you, undo it now. ${life}`],
      }
    case 'ACCOUNT_DELETED':
      return {
        subject: `Your ${app.name} account was deleted`,
        paragraphs: [
          'Your account was just deleted, and with it what we knew about you. Thank you for your time with us.',
        ],
        action: home,
        closing: ['If it was not you, please tell us as soon as you can.'],
      }
    case 'ACCOUNT_LOCKED':
      return {
        subject: `Your ${app.name} account is locked for a while`,
        paragraphs: [
          'Somebody, perhaps you, entered a wrong password too often. Nobody got in, and for a while nobody can sign in that way.',
          'If it was you, unlock the account and try again, or choose “forgot password” where you sign in.',
        ],
        action: { label: 'Unlock the account', url: fillLink(links.unlockAccount, mail.token) },
        closing: [
          life,
          'If it was not you, there is nothing to do: the lock ends by itself, and your password stays as it is.',
        ],
      }
    case 'PASSWORD_EXPIRES':
      return {
        subject: `Your password for ${app.name} expires soon`,
        paragraphs: [
          `Your password is good until ${dateInWords(mail.expiresAt)}. Please choose a new one before then.`,
        ],
        action: home,
        closing: ['If you let it pass, you can still set a new one when you sign in.'],
      }
    case 'OPERATOR_ALERT':
      return {
        subject: `${app.name}: ${mail.alert}`,
        paragraphs: [
          mail.message,
          `${timesInWords(mail.occurrences)} between ${mail.windowStart} and ${mail.windowEnd}. The first: ${mail.details}`,
        ],
        action: home,
        closing: ['You get this mail because your address is that of the operators.'],
      }
    case 'NEW_SIGN_IN':
      return {
        subject: `New sign-in to your ${app.name} account`,
        paragraphs: [
          `Somebody, hopefully you, signed in with ${mail.device}, from ${mail.place}, on ${momentInWords(mail.signedInAt)}.`,
          'If it was you, there is nothing to do.',
        ],
        action: { label: 'This wasn’t me', url: fillLink(links.reportSession, mail.reportToken) },
        closing: [
          `If it was not you, use the link: it signs everybody out and mails you a link for a new password. ${life}`,
        ],
      }
    case 'REFRESH_TOKEN_REUSED':
      return {
        subject: `We ended a sign-in of your ${app.name} account`,
        paragraphs: [
          `The sign-in with ${mail.device} of ${momentInWords(mail.signedInAt)} was used in two places: what keeps it signed in may have been copied. We have ended it, for both.`,
          'Sign in again to go on. If you restored that device from a backup, this is why, and there is nothing else to do.',
        ],
        action: { label: 'Sign everybody out', url: fillLink(links.reportSession, mail.reportToken) },
        closing: [
          `If you know no reason, use the link: it signs everybody out and mails you a link for a new password. ${life}`,
        ],
      }
  }
}

/** Each unit in seconds, and from how many seconds on it is used. */
const units = [
  ['day', daySeconds, 2 * daySeconds],
  ['hour', hourSeconds, hourSeconds],
  ['minute', 60, 60],
] as const

/** A span in the largest unit that leaves no remainder; a single day is 24 hours. */
export function inWords(seconds: number): string {
  const [name, size] = units.find(([, unit, fewest]) => seconds % unit === 0 && seconds >= fewest) ?? [
    'second',
    1,
  ]
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
