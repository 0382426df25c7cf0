import type { ApiKey } from '../../../domain/api-keys/api-key.ts'
import type { AboutApiKeys, QueuedMail, Recipient } from '../../../domain/mail/mail.ts'
import { nameApiKeys } from '../../../domain/mail/named-api-keys.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import type { PhoneCode } from '../../../domain/phone-codes/phone-code.ts'
import type { Session } from '../../../domain/sessions/session.ts'
import type { NewSession } from '../../../domain/sessions/session-store.ts'
import type { PendingRegistration } from '../../../domain/users/pending-registration.ts'
import type { User } from '../../../domain/users/user.ts'
import { FactorMails } from '../factors/factor-mails.ts'
import { type Addressee, deviceFacts, MailDrafts, type MailDraftsDeps, recipientOf } from './mail-drafts.ts'
import type { MailWithTokens } from './post-mail.ts'

/** API keys that a mail names: those that a change has revoked, and those that stay valid. */
interface ApiKeysOfMail {
  readonly owner: Pick<User, 'emailVerifiedAt'>
  readonly revoked?: readonly ApiKey[]
  readonly remaining?: readonly ApiKey[]
}

function namedKeys({ owner, revoked = [], remaining = [] }: ApiKeysOfMail): Required<AboutApiKeys> {
  const options = { withNames: owner.emailVerifiedAt !== null }
  return {
    revoked: nameApiKeys(revoked, options),
    remaining: nameApiKeys(remaining, options),
  }
}

/** The mails that a request causes, in its language for accounts without a locale. */
export type AccountMailsOf = (request: Pick<Origin, 'textLanguage'>) => AccountMails

export function createAccountMails(deps: MailDraftsDeps): AccountMailsOf {
  return function accountMailsOf({ textLanguage }) {
    return new AccountMails(new MailDrafts(deps, textLanguage))
  }
}

/** Composes the mails about accounts and creates the tokens of their links. Stores nothing: `post` does. */
class AccountMails {
  /** The mails about second factors. */
  readonly factors: FactorMails
  readonly #drafts: MailDrafts

  constructor(drafts: MailDrafts) {
    this.#drafts = drafts
    this.factors = new FactorMails(drafts)
  }

  /** Verifies the address of an account. With `keepsOlder`, the links of earlier mails stay valid. */
  verifyEmail(user: Addressee, keepsOlder = false): MailWithTokens {
    const to = recipientOf(user)
    return this.#verification({ userId: user?.id ?? null, registrationId: null, keepsOlder }, to)
  }

  /** Completes a pending registration. The links of other registrations of the address stay valid. */
  verifyRegistration({
    id,
    email,
    locale,
  }: Pick<PendingRegistration, 'id' | 'email' | 'locale'>): MailWithTokens {
    const holder = { userId: null, registrationId: id, keepsOlder: false }
    return this.#verification(holder, { email, name: null }, locale)
  }

  /**
   * To the owner of an account whose address was registered again. Stores as many rows as the mail to a new account.
   */
  accountExists(user: Addressee): MailWithTokens {
    const lifeSeconds = this.#drafts.lifetimes.verifyEmailSeconds
    const decoys = [
      this.#drafts.token(null, { purpose: 'VERIFY_EMAIL', lifeSeconds }),
      this.#drafts.token(null, { purpose: 'DENY_REGISTRATION', lifeSeconds }),
    ]
    return {
      ...this.#drafts.compose(user, user, { kind: 'ACCOUNT_EXISTS' }, []),
      tokens: decoys.map(({ token }) => token),
    }
  }

  /** `keys`: the API keys that ended with the event that causes the mail. */
  resetPassword(user: Addressee, keys: ApiKeysOfMail | null = null): MailWithTokens {
    const lifeSeconds = this.#drafts.lifetimes.resetPasswordSeconds
    const email = user?.email ?? null
    const reset = this.#drafts.token(user, { purpose: 'RESET_PASSWORD', lifeSeconds, email })
    const mail = {
      kind: 'RESET_PASSWORD',
      token: reset.secret,
      ...(keys === null ? {} : namedKeys(keys)),
    } as const
    return this.#drafts.compose(user, user, mail, [reset])
  }

  /** To a user whose account the operator has created. The link sets the password, and proves the address. */
  userInvited(user: User): MailWithTokens {
    const reset = this.#firstPassword(user)
    return this.#drafts.compose(user, user, { kind: 'USER_INVITED', token: reset.secret }, [reset])
  }

  /** To the first administrator of a tenant, as userInvited. */
  administratorInvited(user: User, tenant: string): MailWithTokens {
    const reset = this.#firstPassword(user)
    const mail = { kind: 'ADMINISTRATOR_INVITED', token: reset.secret, tenant } as const
    return this.#drafts.compose(user, user, mail, [reset])
  }

  passwordChanged(user: User, keys: Omit<ApiKeysOfMail, 'owner'>): MailWithTokens {
    return this.#drafts.compose(
      user,
      user,
      { kind: 'PASSWORD_CHANGED', ...namedKeys({ ...keys, owner: user }) },
      [],
    )
  }

  /** To the new address. If `isFree` is false, the address is not available, and the mail has no recipient. */
  confirmEmailChange(user: User, newEmail: string, isFree: boolean): MailWithTokens {
    const lifeSeconds = this.#drafts.lifetimes.changeEmailSeconds
    const confirm = this.#drafts.token(isFree ? user : null, {
      purpose: 'CHANGE_EMAIL',
      lifeSeconds,
      email: newEmail,
    })
    const mail = { kind: 'CONFIRM_EMAIL_CHANGE', token: confirm.secret } as const
    return this.#drafts.enclose(isFree ? { email: newEmail, name: null } : null, user.id, mail, [confirm])
  }

  /** To the previous address of the account. Names the new address only if the previous one is verified. */
  emailChanged(before: User, newEmail: string, remaining: readonly ApiKey[]): MailWithTokens {
    const lifeSeconds = this.#drafts.lifetimes.undoEmailChangeSeconds
    // A second change of address must not void the first owner's link.
    const options = { lifeSeconds, email: before.email, keepsOlder: true }
    const undo = this.#drafts.token(before, { purpose: 'UNDO_EMAIL_CHANGE', ...options })
    const mail = {
      kind: 'EMAIL_CHANGED',
      newEmail: before.emailVerifiedAt === null ? '' : newEmail,
      undoToken: undo.secret,
      ...namedKeys({ owner: before, remaining }),
    } as const
    return this.#drafts.compose(before, before, mail, [undo])
  }

  /** Some days before the password expires. */
  passwordExpires(
    owner: { userId: string } & Pick<User, 'email' | 'emailVerifiedAt' | 'firstName'>,
    expiresAt: Date,
  ): MailWithTokens {
    const user = { ...owner, id: owner.userId }
    return this.#drafts.compose(
      user,
      user,
      { kind: 'PASSWORD_EXPIRES', expiresAt: expiresAt.toISOString() },
      [],
    )
  }

  /** Once per lock. Without a recipient if the locked identifier has no account. */
  accountLocked(user: Addressee): MailWithTokens {
    const lifeSeconds = this.#drafts.lifetimes.unlockAccountSeconds
    const unlock = this.#drafts.token(user, { purpose: 'UNLOCK_ACCOUNT', lifeSeconds })
    return this.#drafts.compose(user, user, { kind: 'ACCOUNT_LOCKED', token: unlock.secret }, [unlock])
  }

  newSignIn(
    user: User,
    session: Pick<NewSession, 'device' | 'place' | 'network' | 'createdAt'>,
  ): MailWithTokens {
    const report = this.#drafts.report(user)
    const mail = {
      kind: 'NEW_SIGN_IN',
      ...deviceFacts(session),
      ...placeFacts(session),
      signedInAt: session.createdAt.toISOString(),
      reportToken: report.secret,
    } as const
    return this.#drafts.compose(user, user, mail, [report])
  }

  /** About a session that ended because of the reuse. */
  refreshTokenReused(user: User, session: Pick<Session, 'device' | 'createdAt'>): MailWithTokens {
    const report = this.#drafts.report(user)
    const mail = {
      kind: 'REFRESH_TOKEN_REUSED',
      ...deviceFacts(session),
      signedInAt: session.createdAt.toISOString(),
      reportToken: report.secret,
    } as const
    return this.#drafts.compose(user, user, mail, [report])
  }

  /** A text message with the code that verifies the phone number of the account. */
  verifyPhone(phoneNumber: string, code: string, stored: PhoneCode): QueuedMail {
    const { id: codeId, userId, expiresAt } = stored
    const message = {
      kind: 'VERIFY_PHONE',
      phoneNumber,
      code,
      codeId,
      userId,
      expiresAt: expiresAt.toISOString(),
    } as const
    return this.#drafts.textMessage(message, userId)
  }

  /** The account no longer exists when the mail is sent, so the row refers to no user. */
  accountDeleted(user: User): MailWithTokens {
    return this.#drafts.enclose(recipientOf(user), null, { kind: 'ACCOUNT_DELETED' }, [], user.locale)
  }

  #firstPassword(user: User) {
    const lifeSeconds = this.#drafts.lifetimes.resetPasswordSeconds
    return this.#drafts.token(user, { purpose: 'RESET_PASSWORD', lifeSeconds, email: user.email })
  }

  #verification(
    holder: { userId: string | null; registrationId: string | null; keepsOlder: boolean },
    to: Recipient | null,
    locale: string | null = null,
  ): MailWithTokens {
    const lifeSeconds = this.#drafts.lifetimes.verifyEmailSeconds
    const verify = this.#drafts.create({ ...holder, purpose: 'VERIFY_EMAIL', lifeSeconds })
    const deny = this.#drafts.create({ ...holder, purpose: 'DENY_REGISTRATION', lifeSeconds })
    const mail = { kind: 'VERIFY_EMAIL', token: verify.secret, denyToken: deny.secret } as const
    return this.#drafts.enclose(to, holder.userId, mail, [verify, deny], locale)
  }
}

/** The country, or the network if the country is unknown. */
function placeFacts({ place, network }: Pick<NewSession, 'place' | 'network'>) {
  const country = place?.country ?? null
  return { country, network, place: country ?? network ?? 'an unknown place' }
}
