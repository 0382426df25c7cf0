import type { AboutApiKeys, Mail } from '../../domain/mail/mail.ts'
import type { MailBranding } from '../../domain/mail/mail-branding.ts'
import { fillLink, type MailLinks } from '../../domain/mail/mail-links.ts'
import type { NamedApiKeys } from '../../domain/mail/named-api-keys.ts'
import type { Language } from '../../texts/languages.ts'
import { mailTexts } from '../../texts/mails/catalogues.ts'
import type { MailTexts } from '../../texts/mails/en.ts'
import { operatorAlert } from '../../texts/mails/operator-alert.ts'

/** The sentences of a mail. The layout renders them as plain text and as HTML; nothing is escaped here. */
export interface MailText extends Words {
  readonly action: MailLink
  /** A second link, for recipients who did not cause the mail. */
  readonly secondAction?: MailLink
}

interface Words {
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** How long the link is valid, and what to do if the recipient did not cause the mail. */
  readonly closing: readonly string[]
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

/** Writes the text of a mail in a language. `lifeSeconds` is the validity of its links, from now. */
export function writeMail(
  mail: Mail,
  lifeSeconds: number,
  { app: { name: app, url }, links }: MailLook,
  language: Language,
): MailText {
  const texts = mailTexts[language]
  const common = { app, validity: texts.validity(lifeSeconds) }
  const home = { label: texts.openApp(app), url: url.href }
  switch (mail.kind) {
    case 'VERIFY_EMAIL': {
      const { secondAction, ...words } = texts.verifyEmail(common)
      const deny = { label: secondAction, url: fillLink(links.denyRegistration, mail.denyToken) }
      return { ...withLink(words, links.verifyEmail, mail.token), secondAction: deny }
    }
    case 'ACCOUNT_EXISTS':
      return { ...texts.accountExists(common), action: home }
    case 'RESET_PASSWORD':
      return withKeys(texts, mail, withLink(texts.resetPassword(common), links.resetPassword, mail.token))
    case 'USER_INVITED':
      return withLink(texts.invited({ ...common, tenant: null }), links.resetPassword, mail.token)
    case 'ADMINISTRATOR_INVITED':
      return withLink(texts.invited({ ...common, tenant: mail.tenant }), links.resetPassword, mail.token)
    case 'PASSWORD_CHANGED':
      return withKeys(texts, mail, { ...texts.passwordChanged(common), action: home })
    case 'CONFIRM_EMAIL_CHANGE':
      return withLink(texts.confirmEmailChange(common), links.confirmEmail, mail.token)
    case 'EMAIL_CHANGED': {
      const words = texts.emailChanged({ ...common, newEmail: mail.newEmail || null })
      return withKeys(texts, mail, withLink(words, links.undoEmailChange, mail.undoToken))
    }
    case 'ACCOUNT_DELETED':
      return { ...texts.accountDeleted(common), action: home }
    case 'ACCOUNT_LOCKED':
      return withLink(texts.accountLocked(common), links.unlockAccount, mail.token)
    case 'PASSWORD_EXPIRES': {
      const expiresAt = new Date(mail.expiresAt)
      return { ...texts.passwordExpires({ ...common, expiresAt }), action: home }
    }
    case 'OPERATOR_ALERT':
      return { ...operatorAlert({ ...mail, app }), action: home }
    case 'NEW_SIGN_IN': {
      const { country = null, network = null } = mail
      const words = texts.newSignIn({ ...common, ...signInFacts(mail), country, network })
      return withLink(words, links.reportSession, mail.reportToken)
    }
    case 'REFRESH_TOKEN_REUSED': {
      const words = texts.refreshTokenReused({ ...common, ...signInFacts(mail) })
      return withLink(words, links.reportSession, mail.reportToken)
    }
    case 'FACTOR_ADDED':
      return withLink(texts.factorAdded(factorFacts(common, mail)), links.undoFactorChange, mail.undoToken)
    case 'FACTOR_REMOVED':
      return withLink(texts.factorRemoved(factorFacts(common, mail)), links.undoFactorChange, mail.undoToken)
    case 'FACTORS_RESET':
      return { ...texts.factorsReset(common), action: home }
    case 'RECOVERY_CODE_USED': {
      const codesLeft = Number(mail.codesLeft)
      const words = texts.recoveryCodeUsed({ ...common, ...signInFacts(mail), codesLeft })
      return withLink(words, links.reportSession, mail.reportToken)
    }
    case 'RECOVERY_CODES_REPLACED': {
      const words = texts.recoveryCodesReplaced({ ...common, changedAt: new Date(mail.changedAt) })
      return withLink(words, links.reportSession, mail.reportToken)
    }
    case 'SECOND_STEP_CHANGED': {
      const { secondStep, changedAt } = mail
      const words = texts.secondStepChanged({ ...common, secondStep, changedAt: new Date(changedAt) })
      return withLink(words, links.reportSession, mail.reportToken)
    }
    case 'CHALLENGE_UNSOLVED': {
      const words = texts.challengeUnsolved({ ...common, ...signInFacts(mail) })
      return withLink(words, links.reportSession, mail.reportToken)
    }
  }
}

type FactorMail = Extract<Mail, { readonly kind: 'FACTOR_ADDED' | 'FACTOR_REMOVED' }>

function factorFacts<T>(common: T, { factor, changedAt }: FactorMail) {
  return { ...common, factor, changedAt: new Date(changedAt) }
}

type SignInMail = Extract<Mail, { readonly signedInAt: string }>

function signInFacts({ browser = null, os = null, signedInAt }: SignInMail) {
  return { browser, os, signedInAt: new Date(signedInAt) }
}

function withLink(
  { action, ...words }: Words & { readonly action: string },
  template: string,
  token: string,
): MailText {
  return { ...words, action: { label: action, url: fillLink(template, token) } }
}

function withKeys(texts: MailTexts, { revoked, remaining }: AboutApiKeys, text: MailText): MailText {
  const sentences = [
    ...(hasKeys(revoked) ? [texts.revokedKeys(revoked)] : []),
    ...(hasKeys(remaining) ? [texts.remainingKeys(remaining)] : []),
  ]
  return { ...text, paragraphs: [...text.paragraphs, ...sentences] }
}

function hasKeys(keys: NamedApiKeys | undefined): keys is NamedApiKeys {
  return keys !== undefined && keys.named.length > 0
}
