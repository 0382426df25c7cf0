import type { Mail, QueuedMail, Recipient } from '../domain/mail/mail.ts'
import type { MailComposer } from '../domain/mail/mail-composer.ts'
import {
  newOneTimeToken,
  type OneTimeToken,
  type OneTimeTokenPurpose,
} from '../domain/one-time-tokens/one-time-token.ts'
import type { Stores } from '../domain/transaction.ts'
import type { User } from '../domain/users/user.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'

/** How long the tokens that are mailed are good, in seconds from the moment of sending. */
export interface OneTimeTokenLives {
  readonly verifyEmailSeconds: number
  readonly resetPasswordSeconds: number
  readonly changeEmailSeconds: number
  readonly undoEmailChangeSeconds: number
}

export interface AccountMailsDeps {
  readonly composer: MailComposer
  readonly ids: Ids
  readonly clock: Clock
  readonly lives: OneTimeTokenLives
}

/** A mail with the tokens that its links carry: written by the transaction of the change that wants it. */
export interface Letter {
  readonly tokens: readonly OneTimeToken[]
  readonly mail: QueuedMail
}

/** Whom a mail is for; null writes as much as any other and reaches nobody. */
type Addressee = Pick<User, 'id' | 'email' | 'firstName'> | null

/** Stores a letter; to be followed by a wake-up of the courier once the transaction has been committed. */
export async function post(stores: Pick<Stores, 'oneTimeTokens' | 'mail'>, letter: Letter): Promise<void> {
  for (const token of letter.tokens) await stores.oneTimeTokens.insert(token)
  await stores.mail.enqueue(letter.mail)
}

/** Writes the mails about accounts. */
export class AccountMails {
  readonly #deps: AccountMailsDeps

  constructor(deps: AccountMailsDeps) {
    this.#deps = deps
  }

  verifyEmail(user: Addressee): Letter {
    const { verifyEmailSeconds } = this.#deps.lives
    const verify = this.#token('VERIFY_EMAIL', user, verifyEmailSeconds)
    const deny = this.#token('DENY_REGISTRATION', user, verifyEmailSeconds)
    const mail = { kind: 'VERIFY_EMAIL', token: verify.secret, denyToken: deny.secret } as const
    return this.#letter(user, user, mail, [verify, deny])
  }

  /** To an owner whose address somebody has registered again: as many rows as the mail of a new account. */
  accountExists(user: Addressee): Letter {
    const { verifyEmailSeconds } = this.#deps.lives
    const decoys = [
      this.#token('VERIFY_EMAIL', null, verifyEmailSeconds),
      this.#token('DENY_REGISTRATION', null, verifyEmailSeconds),
    ]
    return {
      ...this.#letter(user, user, { kind: 'ACCOUNT_EXISTS' }, []),
      tokens: decoys.map(({ token }) => token),
    }
  }

  resetPassword(user: Addressee): Letter {
    const reset = this.#token('RESET_PASSWORD', user, this.#deps.lives.resetPasswordSeconds)
    return this.#letter(user, user, { kind: 'RESET_PASSWORD', token: reset.secret }, [reset])
  }

  passwordChanged(user: User): Letter {
    return this.#letter(user, user, { kind: 'PASSWORD_CHANGED' }, [])
  }

  /** To the new address; null writes a mail that reaches nobody. */
  confirmEmailChange(user: User, newEmail: string, reaches: boolean): Letter {
    const { changeEmailSeconds } = this.#deps.lives
    const confirm = this.#token('CHANGE_EMAIL', reaches ? user : null, changeEmailSeconds, newEmail)
    const mail = { kind: 'CONFIRM_EMAIL_CHANGE', token: confirm.secret } as const
    return this.#letter(reaches ? { ...user, email: newEmail } : null, user, mail, [confirm])
  }

  /** To the address that the account had. */
  emailChanged(before: User, newEmail: string): Letter {
    const { undoEmailChangeSeconds } = this.#deps.lives
    const undo = this.#token('UNDO_EMAIL_CHANGE', before, undoEmailChangeSeconds, before.email)
    const mail = { kind: 'EMAIL_CHANGED', newEmail, undoToken: undo.secret } as const
    return this.#letter(before, before, mail, [undo])
  }

  /** Some days before the password is too old to sign in with. */
  passwordExpires(
    owner: { userId: string; email: string; firstName: string | null },
    expiresAt: Date,
  ): Letter {
    const user = { id: owner.userId, email: owner.email, firstName: owner.firstName }
    return this.#letter(user, user, { kind: 'PASSWORD_EXPIRES', expiresAt: expiresAt.toISOString() }, [])
  }

  /** The account is gone by then: the row names nobody. */
  accountDeleted(user: User): Letter {
    return this.#letter(user, null, { kind: 'ACCOUNT_DELETED' }, [])
  }

  #token(purpose: OneTimeTokenPurpose, user: Addressee, lifeSeconds: number, email?: string) {
    const wish = { purpose, userId: user?.id ?? null, lifeSeconds, ...(email === undefined ? {} : { email }) }
    return { ...newOneTimeToken(this.#deps, wish), lifeSeconds }
  }

  #letter(
    addressee: Addressee,
    about: { id: string } | null,
    mail: Mail,
    drawn: readonly { token: OneTimeToken; lifeSeconds: number }[],
  ): Letter {
    const to: Recipient | null =
      addressee === null ? null : { email: addressee.email, name: addressee.firstName }
    const tokens = drawn.map(({ token, lifeSeconds }) => ({ id: token.id, lifeSeconds }))
    const queued = this.#deps.composer.compose({ to, mail, tokens }, about?.id ?? null)
    return { tokens: drawn.map(({ token }) => token), mail: queued }
  }
}
