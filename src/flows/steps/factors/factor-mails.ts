import type { FactorChange } from '../../../domain/factors/factor-change.ts'
import type { UnsolvedChallenge } from '../../../domain/factors/sign-in-challenge-store.ts'
import type { Session } from '../../../domain/sessions/session.ts'
import type { User } from '../../../domain/users/user.ts'
import { type Addressee, deviceFacts, type MailDrafts } from '../mails/mail-drafts.ts'
import type { MailWithTokens } from '../mails/post-mail.ts'

/** A sign-in that a mail reports. */
type ReportedSignIn = Pick<Session, 'device' | 'createdAt'>

/** Composes the mails about second factors and creates the tokens of their links. Stores nothing: `post` does. */
export class FactorMails {
  readonly #drafts: MailDrafts

  constructor(drafts: MailDrafts) {
    this.#drafts = drafts
  }

  /**
   * The link takes exactly this change back. Links of other changes stay valid. The token has the address of the mail: it is
   * void once the owner restores another one.
   */
  changed(user: User, factorChange: FactorChange): MailWithTokens {
    const lifeSeconds = this.#drafts.lifetimes.undoFactorChangeSeconds
    const options = { lifeSeconds, factorChange, email: user.email, keepsOlder: true }
    const undo = this.#drafts.token(user, { purpose: 'UNDO_FACTOR_CHANGE', ...options })
    const mail = {
      kind: factorChange.change === 'ADDED' ? 'FACTOR_ADDED' : 'FACTOR_REMOVED',
      factor: factorChange.factor,
      changedAt: this.#drafts.now().toISOString(),
      undoToken: undo.secret,
    } as const
    return this.#drafts.compose(user, user, mail, [undo])
  }

  /** After an administrator or an operator has removed every factor. */
  reset(user: User): MailWithTokens {
    return this.#drafts.compose(user, user, { kind: 'FACTORS_RESET' }, [])
  }

  /** `codesLeft`: number of unused codes. */
  recoveryCodeUsed(user: User, signIn: ReportedSignIn, codesLeft: number): MailWithTokens {
    const report = this.#drafts.report(user)
    const mail = {
      kind: 'RECOVERY_CODE_USED',
      ...signInFacts(signIn),
      codesLeft: String(codesLeft),
      reportToken: report.secret,
    } as const
    return this.#drafts.compose(user, user, mail, [report])
  }

  recoveryCodesReplaced(user: User): MailWithTokens {
    const report = this.#drafts.report(user)
    const changedAt = this.#drafts.now().toISOString()
    const mail = { kind: 'RECOVERY_CODES_REPLACED', changedAt, reportToken: report.secret } as const
    return this.#drafts.compose(user, user, mail, [report])
  }

  /** `required`: whether passkeys alone make a password sign-in require a second step from now on. */
  secondStepChanged(user: User, required: boolean): MailWithTokens {
    const report = this.#drafts.report(user)
    const mail = {
      kind: 'SECOND_STEP_CHANGED',
      secondStep: required ? 'ON' : 'OFF',
      changedAt: this.#drafts.now().toISOString(),
      reportToken: report.secret,
    } as const
    return this.#drafts.compose(user, user, mail, [report])
  }

  /** About a sign-in with the right password whose second factor was not proven. */
  challengeUnsolved(user: Addressee, signIn: UnsolvedChallenge): MailWithTokens {
    const { browser, os, createdAt } = signIn
    const report = this.#drafts.report(user)
    const mail = {
      kind: 'CHALLENGE_UNSOLVED',
      browser,
      os,
      device: [browser, os].filter((name) => name !== null).join(', ') || 'an unknown device',
      signedInAt: createdAt.toISOString(),
      reportToken: report.secret,
    } as const
    return this.#drafts.compose(user, user, mail, [report])
  }
}

function signInFacts(signIn: ReportedSignIn) {
  return { ...deviceFacts(signIn), signedInAt: signIn.createdAt.toISOString() }
}
