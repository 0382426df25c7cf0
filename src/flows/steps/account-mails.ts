import type { Mail, QueuedMail, Recipient } from '../../domain/mail/mail.ts'
import type { MailComposer } from '../../domain/mail/mail-composer.ts'
import { deviceInWords, placeInWords } from '../../domain/mail/sign-in-words.ts'
import { newOneTimeToken, type OneTimeToken } from '../../domain/one-time-tokens/one-time-token.ts'
import type { OneTimeTokenLifetimes } from '../../domain/one-time-tokens/one-time-token-lifetimes.ts'
import { displayedDevice } from '../../domain/sessions/device.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { NewSession } from '../../domain/sessions/session-store.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import type { User } from '../../domain/users/user.ts'
import type { Clock } from '../../lib/clock.ts'
import { hourMs } from '../../lib/duration.ts'
import type { Ids } from '../../lib/ids.ts'

export interface AccountMailsDeps {
  readonly composer: MailComposer
  readonly ids: Ids
  readonly clock: Clock
  readonly lives: OneTimeTokenLifetimes
}

/** A mail with the tokens that its links carry: written by the transaction of the change that wants it. */
export interface MailWithTokens {
  readonly tokens: readonly OneTimeToken[]
  readonly mail: QueuedMail
}

/** Whom a mail is for; null writes as much as any other and reaches nobody. */
type Addressee = Pick<User, 'id' | 'email' | 'firstName'> | null

/** Stores a letter; to be followed by a wake-up of the courier once the transaction has been committed. */
export async function post(
  stores: Pick<Stores, 'oneTimeTokens' | 'mail'>,
  letter: MailWithTokens,
): Promise<void> {
  for (const token of letter.tokens) await stores.oneTimeTokens.insert(token)
  await stores.mail.enqueue(letter.mail)
}

/** So many notices of a kind go to an account in an hour. */
const maxNotices = 10

/**
 * Stores a letter that tells the owner what somebody has done who is signed in: that may be a stranger, with an account
 * that has the owner's address, and is not to flood his mailbox. The account's row is locked.
 */
export async function postNotice(
  stores: Pick<Stores, 'oneTimeTokens' | 'mail'>,
  letter: MailWithTokens,
): Promise<void> {
  const { userId } = letter.mail
  if (userId === null || (await hasRoom(stores, letter, userId))) await post(stores, letter)
}

/**
 * Likewise where nothing may tell whether there is an account: it locks the row itself, and what is one notice too many,
 * like what is for nobody, is written to nobody by the same statements. `decoy` is the same letter to nobody.
 */
export async function postNoticeOrDecoy(
  stores: Pick<Stores, 'accounts' | 'oneTimeTokens' | 'mail'>,
  letter: MailWithTokens,
  decoy: MailWithTokens,
): Promise<void> {
  // No account has the id of a mail.
  const owner = letter.mail.userId ?? letter.mail.id
  await stores.accounts.lock(owner, null)
  await post(stores, (await hasRoom(stores, letter, owner)) ? letter : decoy)
}

async function hasRoom(
  stores: Pick<Stores, 'mail'>,
  { mail: { kind, createdAt } }: MailWithTokens,
  userId: string,
): Promise<boolean> {
  const since = new Date(createdAt.getTime() - hourMs)
  return (await stores.mail.countSince(userId, kind, since)) < maxNotices
}

/** Writes the mails about accounts. */
export class AccountMails {
  readonly #deps: AccountMailsDeps

  constructor(deps: AccountMailsDeps) {
    this.#deps = deps
  }

  /** With a registration, the link makes that one count, and the links of others stay good. */
  verifyEmail(user: Addressee, registration: PendingRegistration | null = null): MailWithTokens {
    const lifeSeconds = this.#deps.lives.verifyEmailSeconds
    const keepsOlder = registration !== null
    const verify = this.#token(user, { purpose: 'VERIFY_EMAIL', lifeSeconds, registration, keepsOlder })
    const deny = this.#token(user, { purpose: 'DENY_REGISTRATION', lifeSeconds, keepsOlder })
    const mail = { kind: 'VERIFY_EMAIL', token: verify.secret, denyToken: deny.secret } as const
    return this.#letter(user, user, mail, [verify, deny])
  }

  /** To an owner whose address somebody has registered again: as many rows as the mail of a new account. */
  accountExists(user: Addressee): MailWithTokens {
    const lifeSeconds = this.#deps.lives.verifyEmailSeconds
    const decoys = [
      this.#token(null, { purpose: 'VERIFY_EMAIL', lifeSeconds }),
      this.#token(null, { purpose: 'DENY_REGISTRATION', lifeSeconds }),
    ]
    return {
      ...this.#letter(user, user, { kind: 'ACCOUNT_EXISTS' }, []),
      tokens: decoys.map(({ token }) => token),
    }
  }

  resetPassword(user: Addressee): MailWithTokens {
    const lifeSeconds = this.#deps.lives.resetPasswordSeconds
    const wish = { purpose: 'RESET_PASSWORD', lifeSeconds, email: user?.email ?? null } as const
    const reset = this.#token(user, wish)
    return this.#letter(user, user, { kind: 'RESET_PASSWORD', token: reset.secret }, [reset])
  }

  passwordChanged(user: User): MailWithTokens {
    return this.#letter(user, user, { kind: 'PASSWORD_CHANGED' }, [])
  }

  /** To the new address; null writes a mail that reaches nobody. */
  confirmEmailChange(user: User, newEmail: string, reaches: boolean): MailWithTokens {
    const wish = {
      purpose: 'CHANGE_EMAIL',
      lifeSeconds: this.#deps.lives.changeEmailSeconds,
      email: newEmail,
    } as const
    const confirm = this.#token(reaches ? user : null, wish)
    const mail = { kind: 'CONFIRM_EMAIL_CHANGE', token: confirm.secret } as const
    return this.#letter(reaches ? { ...user, email: newEmail } : null, user, mail, [confirm])
  }

  /** To the address that the account had. */
  emailChanged(before: User, newEmail: string): MailWithTokens {
    const lifeSeconds = this.#deps.lives.undoEmailChangeSeconds
    // Whoever changed the address twice must not take the first owner's way back.
    const wish = { purpose: 'UNDO_EMAIL_CHANGE', lifeSeconds, email: before.email, keepsOlder: true } as const
    const undo = this.#token(before, wish)
    const mail = { kind: 'EMAIL_CHANGED', newEmail, undoToken: undo.secret } as const
    return this.#letter(before, before, mail, [undo])
  }

  /** Some days before the password is too old to sign in with. */
  passwordExpires(
    owner: { userId: string; email: string; firstName: string | null },
    expiresAt: Date,
  ): MailWithTokens {
    const user = { id: owner.userId, email: owner.email, firstName: owner.firstName }
    return this.#letter(user, user, { kind: 'PASSWORD_EXPIRES', expiresAt: expiresAt.toISOString() }, [])
  }

  /** Once per lock; to nobody where an identifier without an account was locked. */
  accountLocked(user: Addressee): MailWithTokens {
    const lifeSeconds = this.#deps.lives.unlockAccountSeconds
    const unlock = this.#token(user, { purpose: 'UNLOCK_ACCOUNT', lifeSeconds })
    return this.#letter(user, user, { kind: 'ACCOUNT_LOCKED', token: unlock.secret }, [unlock])
  }

  newSignIn(
    user: User,
    session: Pick<NewSession, 'device' | 'place' | 'network' | 'createdAt'>,
  ): MailWithTokens {
    const report = this.#report(user)
    const mail = {
      kind: 'NEW_SIGN_IN',
      device: deviceInWords(displayedDevice(session.device)),
      place: placeInWords(session.place, session.network),
      signedInAt: session.createdAt.toISOString(),
      reportToken: report.secret,
    } as const
    return this.#letter(user, user, mail, [report])
  }

  /** Of a session that has ended by it. */
  refreshTokenReused(user: User, session: Pick<Session, 'device' | 'createdAt'>): MailWithTokens {
    const report = this.#report(user)
    const mail = {
      kind: 'REFRESH_TOKEN_REUSED',
      device: deviceInWords(displayedDevice(session.device)),
      signedInAt: session.createdAt.toISOString(),
      reportToken: report.secret,
    } as const
    return this.#letter(user, user, mail, [report])
  }

  /** The account is gone by then: the row names nobody. */
  accountDeleted(user: User): MailWithTokens {
    return this.#letter(user, null, { kind: 'ACCOUNT_DELETED' }, [])
  }

  /** Each sign-in has a link of its own: whoever causes more of these mails makes no earlier link void. */
  #report(user: User) {
    const lifeSeconds = this.#deps.lives.reportSessionSeconds
    return this.#token(user, { purpose: 'REPORT_SESSION', lifeSeconds, keepsOlder: true })
  }

  #token(user: Addressee, wish: Omit<Parameters<typeof newOneTimeToken>[1], 'userId'>) {
    const drawn = newOneTimeToken(this.#deps, { ...wish, userId: user?.id ?? null })
    return { ...drawn, lifeSeconds: wish.lifeSeconds }
  }

  #letter(
    addressee: Addressee,
    about: { id: string } | null,
    mail: Mail,
    drawn: readonly { token: OneTimeToken; lifeSeconds: number }[],
  ): MailWithTokens {
    const to: Recipient | null =
      addressee === null ? null : { email: addressee.email, name: addressee.firstName }
    const tokens = drawn.map(({ token, lifeSeconds }) => ({ id: token.id, lifeSeconds }))
    const queued = this.#deps.composer.compose({ to, mail, tokens }, about?.id ?? null)
    return { tokens: drawn.map(({ token }) => token), mail: queued }
  }
}
