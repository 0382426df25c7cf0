import type { ApiKey } from '../../domain/api-keys/api-key.ts'
import { apiKeysInWords } from '../../domain/mail/api-key-words.ts'
import type { AboutApiKeys, Mail, Recipient } from '../../domain/mail/mail.ts'
import type { MailComposer } from '../../domain/mail/mail-composer.ts'
import { deviceInWords, placeInWords } from '../../domain/mail/sign-in-words.ts'
import { newOneTimeToken, type OneTimeToken } from '../../domain/one-time-tokens/one-time-token.ts'
import type { OneTimeTokenLifetimes } from '../../domain/one-time-tokens/one-time-token-lifetimes.ts'
import { displayedDevice } from '../../domain/sessions/device.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { NewSession } from '../../domain/sessions/session-store.ts'
import type { PendingRegistration } from '../../domain/users/pending-registration.ts'
import type { User } from '../../domain/users/user.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import type { MailWithTokens } from './post-mail.ts'

export interface AccountMailsDeps {
  readonly composer: MailComposer
  readonly ids: Ids
  readonly clock: Clock
  readonly lifetimes: OneTimeTokenLifetimes
}

/** Recipient of a mail. `null` causes the same work and the same rows, but sends nothing. */
type Addressee = Pick<User, 'id' | 'email' | 'firstName'> | null

type TokenRequest = Omit<Parameters<typeof newOneTimeToken>[1], 'userId'>

interface CreatedToken {
  readonly secret: string
  readonly token: OneTimeToken
  readonly lifeSeconds: number
}

/** API keys that a mail names: those that a change has revoked, and those that stay valid. */
interface ApiKeysOfMail {
  readonly owner: Pick<User, 'emailVerifiedAt'>
  readonly revoked?: readonly ApiKey[]
  readonly remaining?: readonly ApiKey[]
}

function namedKeys({ owner, revoked = [], remaining = [] }: ApiKeysOfMail): Required<AboutApiKeys> {
  const options = { withNames: owner.emailVerifiedAt !== null }
  return {
    revokedApiKeys: apiKeysInWords(revoked, options),
    remainingApiKeys: apiKeysInWords(remaining, options),
  }
}

/** Composes the mails about accounts and creates the tokens of their links. Stores nothing: `post` does. */
export class AccountMails {
  readonly #deps: AccountMailsDeps

  constructor(deps: AccountMailsDeps) {
    this.#deps = deps
  }

  /** With a registration, its link completes this registration, and the links of other registrations stay valid. */
  verifyEmail(user: Addressee, registration: PendingRegistration | null = null): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.verifyEmailSeconds
    const keepsOlder = registration !== null
    const verify = this.#token(user, { purpose: 'VERIFY_EMAIL', lifeSeconds, registration, keepsOlder })
    const deny = this.#token(user, { purpose: 'DENY_REGISTRATION', lifeSeconds, keepsOlder })
    const mail = { kind: 'VERIFY_EMAIL', token: verify.secret, denyToken: deny.secret } as const
    return this.#compose(user, user, mail, [verify, deny])
  }

  /**
   * To the owner of an account whose address was registered again. Stores as many rows as the mail to a new account.
   */
  accountExists(user: Addressee): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.verifyEmailSeconds
    const decoys = [
      this.#token(null, { purpose: 'VERIFY_EMAIL', lifeSeconds }),
      this.#token(null, { purpose: 'DENY_REGISTRATION', lifeSeconds }),
    ]
    return {
      ...this.#compose(user, user, { kind: 'ACCOUNT_EXISTS' }, []),
      tokens: decoys.map(({ token }) => token),
    }
  }

  /** `keys`: the API keys that ended with the event that causes the mail. */
  resetPassword(user: Addressee, keys: ApiKeysOfMail | null = null): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.resetPasswordSeconds
    const email = user?.email ?? null
    const reset = this.#token(user, { purpose: 'RESET_PASSWORD', lifeSeconds, email })
    const mail = {
      kind: 'RESET_PASSWORD',
      token: reset.secret,
      ...(keys === null ? {} : namedKeys(keys)),
    } as const
    return this.#compose(user, user, mail, [reset])
  }

  passwordChanged(user: User, keys: Omit<ApiKeysOfMail, 'owner'>): MailWithTokens {
    return this.#compose(user, user, { kind: 'PASSWORD_CHANGED', ...namedKeys({ ...keys, owner: user }) }, [])
  }

  /** To the new address. If `isFree` is false, the address is not available, and the mail has no recipient. */
  confirmEmailChange(user: User, newEmail: string, isFree: boolean): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.changeEmailSeconds
    const confirm = this.#token(isFree ? user : null, {
      purpose: 'CHANGE_EMAIL',
      lifeSeconds,
      email: newEmail,
    })
    const mail = { kind: 'CONFIRM_EMAIL_CHANGE', token: confirm.secret } as const
    return this.#compose(isFree ? { ...user, email: newEmail } : null, user, mail, [confirm])
  }

  /** To the previous address of the account. */
  emailChanged(before: User, newEmail: string, remaining: readonly ApiKey[]): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.undoEmailChangeSeconds
    // A second change of address must not void the first owner's link.
    const options = { lifeSeconds, email: before.email, keepsOlder: true }
    const undo = this.#token(before, { purpose: 'UNDO_EMAIL_CHANGE', ...options })
    const mail = {
      kind: 'EMAIL_CHANGED',
      newEmail,
      undoToken: undo.secret,
      ...namedKeys({ owner: before, remaining }),
    } as const
    return this.#compose(before, before, mail, [undo])
  }

  /** Some days before the password expires. */
  passwordExpires(
    owner: { userId: string; email: string; firstName: string | null },
    expiresAt: Date,
  ): MailWithTokens {
    const user = { id: owner.userId, email: owner.email, firstName: owner.firstName }
    return this.#compose(user, user, { kind: 'PASSWORD_EXPIRES', expiresAt: expiresAt.toISOString() }, [])
  }

  /** Once per lock. Without a recipient if the locked identifier has no account. */
  accountLocked(user: Addressee): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.unlockAccountSeconds
    const unlock = this.#token(user, { purpose: 'UNLOCK_ACCOUNT', lifeSeconds })
    return this.#compose(user, user, { kind: 'ACCOUNT_LOCKED', token: unlock.secret }, [unlock])
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
    return this.#compose(user, user, mail, [report])
  }

  /** About a session that ended because of the reuse. */
  refreshTokenReused(user: User, session: Pick<Session, 'device' | 'createdAt'>): MailWithTokens {
    const report = this.#report(user)
    const mail = {
      kind: 'REFRESH_TOKEN_REUSED',
      device: deviceInWords(displayedDevice(session.device)),
      signedInAt: session.createdAt.toISOString(),
      reportToken: report.secret,
    } as const
    return this.#compose(user, user, mail, [report])
  }

  /** The account no longer exists when the mail is sent, so the row refers to no user. */
  accountDeleted(user: User): MailWithTokens {
    return this.#compose(user, null, { kind: 'ACCOUNT_DELETED' }, [])
  }

  /** Each sign-in has its own link: further mails void no earlier link. */
  #report(user: User) {
    const lifeSeconds = this.#deps.lifetimes.reportSessionSeconds
    return this.#token(user, { purpose: 'REPORT_SESSION', lifeSeconds, keepsOlder: true })
  }

  #token(user: Addressee, request: TokenRequest): CreatedToken {
    const created = newOneTimeToken(this.#deps, { ...request, userId: user?.id ?? null })
    return { ...created, lifeSeconds: request.lifeSeconds }
  }

  #compose(
    addressee: Addressee,
    subject: { id: string } | null,
    mail: Mail,
    created: readonly CreatedToken[],
  ): MailWithTokens {
    const to: Recipient | null =
      addressee === null ? null : { email: addressee.email, name: addressee.firstName }
    const tokens = created.map(({ token, lifeSeconds }) => ({ id: token.id, lifeSeconds }))
    const queued = this.#deps.composer.compose({ to, mail, tokens }, subject?.id ?? null)
    return { tokens: created.map(({ token }) => token), mail: queued }
  }
}
