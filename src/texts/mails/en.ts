import { dateInWords, momentInWords } from '../dates.ts'
import { exactDuration } from '../numbers.ts'
import { type DeviceFacts, factsIn, type NamedKeys, type PlaceFacts } from './facts.ts'

const { device, place, keys } = factsIn('en', {
  onSystem: (browser, os) => `${browser} on ${os}`,
  unknownDevice: 'an unknown device',
  network: (network) => `the network ${network}`,
  unknownPlace: 'an unknown place',
  quoted: (name) => `“${name}”`,
  andMore: (count) => `and ${count} more`,
})

const reportEffect =
  'It signs out all devices, revokes all API keys and sends you a link to set a new password.'
const undoEffect =
  'It undoes this change, voids the recovery codes, signs out all devices, revokes all API keys and sends you a link to set a new password.'

/**
 * The English texts of mails and text messages. The other languages have the same keys. `app` is the name of the
 * application, `validity` the sentence that `validity` writes. Texts are plain: the layout escapes them.
 */
export const en = {
  hello: (name: string) => `Hello ${name},`,
  helloWithoutName: 'Hello,',
  openApp: (app: string) => `Go to ${app}`,
  buttonFails: 'If the button does not work, open this address:',
  validity: (seconds: number) => `The link is valid for ${exactDuration('en', seconds)}.`,
  revokedKeys: (revoked: NamedKeys) => `These API keys of your account were revoked: ${keys(revoked)}.`,
  remainingKeys: (remaining: NamedKeys) =>
    `These API keys of your account are still valid: ${keys(remaining)}. Revoke each key that you do not know.`,
  verifyEmail: ({ app, validity }: { app: string; validity: string }) => ({
    subject: `Confirm your e-mail address for ${app}`,
    paragraphs: [`Welcome to ${app}! Please confirm that this address is yours.`],
    action: 'Confirm address',
    closing: [
      validity,
      'If you did not sign up, someone else entered your address. You can remove the account:',
    ],
    secondAction: 'I did not register',
  }),
  accountExists: ({ app }: { app: string }) => ({
    subject: `You already have an account with ${app}`,
    paragraphs: [
      'Someone, perhaps you, tried to sign up with this address. You already have an account, and it has not changed.',
      'If you forgot your password, you can set a new one from the sign-in page.',
    ],
    closing: [
      'If it was not you, you do not need to do anything: the other person did not learn that you have an account.',
    ],
  }),
  resetPassword: ({ app, validity }: { app: string; validity: string }) => ({
    subject: `Set a new password for ${app}`,
    paragraphs: ['We received a request to set a new password for your account.'],
    action: 'Set a new password',
    closing: [validity, 'If it was not you, ignore this mail: your password does not change.'],
  }),
  /** To the first administrator of a tenant, by its display name; null: to another user whom the operator has created. */
  invited: ({ app, tenant, validity }: { app: string; tenant: string | null; validity: string }) => ({
    subject:
      tenant === null
        ? `An account was created for you at ${app}`
        : `You are an administrator of ${tenant} at ${app}`,
    paragraphs: [
      tenant === null
        ? 'An administrator created an account for this address.'
        : `An account was created for this address. It is the first administrator of ${tenant}.`,
      'Set a password, then sign in with this address.',
    ],
    action: 'Set a password',
    closing: [
      validity,
      'If the link has expired, choose “forgot password” on the sign-in page to get a new one.',
      'If you did not expect this mail, ignore it: no one can sign in to the account without the link.',
    ],
  }),
  passwordChanged: ({ app }: { app: string }) => ({
    subject: `Your password for ${app} was changed`,
    paragraphs: ['The password of your account was just changed, and other devices were signed out.'],
    closing: ['If it was not you, set a new password now: choose “forgot password” on the sign-in page.'],
  }),
  confirmEmailChange: ({ app, validity }: { app: string; validity: string }) => ({
    subject: `Confirm your new e-mail address for ${app}`,
    paragraphs: ['Please confirm that you want to use this address for your account from now on.'],
    action: 'Confirm new address',
    closing: [validity, 'If you did not request this change, ignore this mail: nothing changes.'],
  }),
  /** `newEmail` is null if the mail must not name the new address. */
  emailChanged: ({
    app,
    validity,
    newEmail,
  }: {
    app: string
    validity: string
    newEmail: string | null
  }) => ({
    subject: `The e-mail address of your ${app} account was changed`,
    paragraphs: [
      `Your account now uses ${newEmail ?? 'another address'}. If you made this change, you do not need to do anything.`,
    ],
    action: 'Undo the change',
    closing: [
      `If it was not you, undo the change now. This also signs out all devices and revokes all API keys. ${validity}`,
    ],
  }),
  accountDeleted: ({ app }: { app: string }) => ({
    subject: `Your ${app} account was deleted`,
    paragraphs: ['Your account and your personal data were just deleted. Thank you for your time with us.'],
    closing: ['If it was not you, please contact us as soon as possible.'],
  }),
  accountLocked: ({ app, validity }: { app: string; validity: string }) => ({
    subject: `Your ${app} account is temporarily locked`,
    paragraphs: [
      'Someone, perhaps you, entered a wrong password too many times. None of these attempts succeeded. Signing in this way is now blocked for some time.',
      'If it was you, unlock the account and try again, or choose “forgot password” on the sign-in page.',
    ],
    action: 'Unlock the account',
    closing: [
      validity,
      'If it was not you, you do not need to do anything: the lock ends by itself, and your password does not change.',
    ],
  }),
  passwordExpires: ({ app, expiresAt }: { app: string; expiresAt: Date }) => ({
    subject: `Your password for ${app} expires soon`,
    paragraphs: [
      `Your password is valid until ${dateInWords('en', expiresAt)}. Please choose a new one before that date.`,
    ],
    closing: ['After that date, you can still set a new password when you sign in.'],
  }),
  newSignIn: ({ app, validity, signedInAt, ...facts }: SignInTexts & PlaceFacts) => ({
    subject: `New sign-in to your ${app} account`,
    paragraphs: [
      `There was a sign-in to your account with ${device(facts)}, from ${place(facts)}, on ${momentInWords('en', signedInAt)}.`,
      'If it was you, you do not need to do anything.',
    ],
    action: 'This wasn’t me',
    closing: [`If it was not you, use the link. ${reportEffect} ${validity}`],
  }),
  refreshTokenReused: ({ app, validity, signedInAt, ...facts }: SignInTexts) => ({
    subject: `We ended a sign-in to your ${app} account`,
    paragraphs: [
      `The sign-in with ${device(facts)} on ${momentInWords('en', signedInAt)} was used from two places, so its stored credentials may have been copied. We have signed out both.`,
      'To continue, sign in again. If you restored the device from a backup, that is the reason, and you do not need to do anything else.',
    ],
    action: 'Sign out everywhere',
    closing: [`If you do not know the reason, use the link. ${reportEffect} ${validity}`],
  }),
  factorAdded: ({ app, validity, factor, changedAt }: FactorTexts) => ({
    subject: `A second factor was added to your ${app} account`,
    paragraphs: [
      `${factor === 'TOTP' ? 'An authenticator app was set up' : 'A passkey was added'} for your account on ${momentInWords('en', changedAt)}. If it was you, you do not need to do anything.`,
    ],
    action: 'This wasn’t me',
    closing: [`If it was not you, use the link. ${undoEffect} ${validity}`],
  }),
  factorRemoved: ({ app, validity, factor, changedAt }: FactorTexts) => ({
    subject: `A second factor was removed from your ${app} account`,
    paragraphs: [
      `${factor === 'TOTP' ? 'The authenticator app' : 'A passkey'} of your account was removed on ${momentInWords('en', changedAt)}. If it was you, you do not need to do anything.`,
    ],
    action: 'This wasn’t me',
    closing: [`If it was not you, use the link. ${undoEffect} ${validity}`],
  }),
  factorsReset: ({ app }: { app: string }) => ({
    subject: `The second factors of your ${app} account were removed`,
    paragraphs: [
      'An administrator removed every authenticator app, passkey and recovery code of your account, and signed out all devices.',
      'You can sign in with your password, and then set up a new second factor.',
    ],
    closing: [
      'If you did not ask for this, set a new password now (choose “forgot password” on the sign-in page), and contact us.',
    ],
  }),
  recoveryCodeUsed: ({
    app,
    validity,
    signedInAt,
    codesLeft,
    ...facts
  }: SignInTexts & { codesLeft: number }) => ({
    subject: `A recovery code of your ${app} account was used`,
    paragraphs: [
      `A recovery code was used to sign in with ${device(facts)} on ${momentInWords('en', signedInAt)}. Unused codes: ${codesLeft}.`,
      'If it was you, and you have few codes left, generate new ones.',
    ],
    action: 'This wasn’t me',
    closing: [`If it was not you, use the link. ${reportEffect} ${validity}`],
  }),
  recoveryCodesReplaced: ({
    app,
    validity,
    changedAt,
  }: {
    app: string
    validity: string
    changedAt: Date
  }) => ({
    subject: `New recovery codes for your ${app} account`,
    paragraphs: [
      `New recovery codes were generated on ${momentInWords('en', changedAt)}. All earlier codes are void. If it was you, you do not need to do anything.`,
    ],
    action: 'This wasn’t me',
    closing: [
      `If it was not you, use the link, and generate new codes afterwards. ${reportEffect} ${validity}`,
    ],
  }),
  secondStepChanged: ({
    app,
    validity,
    secondStep,
    changedAt,
  }: {
    app: string
    validity: string
    secondStep: 'ON' | 'OFF'
    changedAt: Date
  }) => ({
    subject: `Passkeys as a second step were switched ${secondStep === 'ON' ? 'on' : 'off'} for your ${app} account`,
    paragraphs: [
      `Passkeys as a second step after your password were switched ${secondStep === 'ON' ? 'on' : 'off'} on ${momentInWords('en', changedAt)}. If it was you, you do not need to do anything.`,
    ],
    action: 'This wasn’t me',
    closing: [
      `If it was not you, use the link, and change the setting back afterwards. ${reportEffect} ${validity}`,
    ],
  }),
  challengeUnsolved: ({ app, validity, signedInAt, ...facts }: SignInTexts) => ({
    subject: `Someone entered your password for ${app}, but not the second factor`,
    paragraphs: [
      `Someone entered your password but not the second factor, with ${device(facts)} on ${momentInWords('en', signedInAt)}. The sign-in did not succeed.`,
      'If it was you, you do not need to do anything.',
    ],
    action: 'This wasn’t me',
    closing: [
      `If it was not you, another person knows your password. Use the link. ${reportEffect} ${validity}`,
    ],
  }),
  /** The text message with a code; as few characters as possible outside of the GSM alphabet. */
  phoneCode: ({ app, code, seconds }: { app: string; code: string; seconds: number }) =>
    `${code} is your code for ${app}. It is valid for ${exactDuration('en', seconds)}. Do not share it. If you did not request it, ignore this message.`,
}

/** The texts of mails in one language. */
export type MailTexts = typeof en

/** Facts about a sign-in that a mail reports. */
interface SignInTexts extends DeviceFacts {
  readonly app: string
  readonly validity: string
  readonly signedInAt: Date
}

/** A change of a second factor that a mail reports. */
interface FactorTexts {
  readonly app: string
  readonly validity: string
  readonly factor: 'TOTP' | 'PASSKEY'
  readonly changedAt: Date
}
