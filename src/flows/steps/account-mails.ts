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
type Addressee = Pick<User, 'id' | 'email' | 'emailVerifiedAt' | 'firstName'> | null

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

  /** Verifies the address of an account. With `keepsOlder`, the links of earlier mails stay valid. */
  verifyEmail(user: Addressee, keepsOlder = false): MailWithTokens {
    const to = recipientOf(user)
    return this.#verification({ userId: user?.id ?? null, registrationId: null, keepsOlder }, to)
  }

  /** Completes a pending registration. The links of other registrations of the address stay valid. */
  verifyRegistration({ id, email }: Pick<PendingRegistration, 'id' | 'email'>): MailWithTokens {
    return this.#verification({ userId: null, registrationId: id, keepsOlder: false }, { email, name: null })
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
    return this.#enclose(isFree ? { email: newEmail, name: null } : null, user.id, mail, [confirm])
  }

  /** To the previous address of the account. Names the new address only if the previous one is verified. */
  emailChanged(before: User, newEmail: string, remaining: readonly ApiKey[]): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.undoEmailChangeSeconds
    // A second change of address must not void the first owner's link.
    const options = { lifeSeconds, email: before.email, keepsOlder: true }
    const undo = this.#token(before, { purpose: 'UNDO_EMAIL_CHANGE', ...options })
    const mail = {
      kind: 'EMAIL_CHANGED',
      newEmail: before.emailVerifiedAt === null ? 'another address' : newEmail,
      undoToken: undo.secret,
      ...namedKeys({ owner: before, remaining }),
    } as const
    return this.#compose(before, before, mail, [undo])
  }

  /** Some days before the password expires. */
  passwordExpires(
    owner: { userId: string } & Pick<User, 'email' | 'emailVerifiedAt' | 'firstName'>,
    expiresAt: Date,
  ): MailWithTokens {
    const user = { ...owner, id: owner.userId }
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

  #verification(
    holder: { userId: string | null; registrationId: string | null; keepsOlder: boolean },
    to: Recipient | null,
  ): MailWithTokens {
    const lifeSeconds = this.#deps.lifetimes.verifyEmailSeconds
    const verify = this.#create({ ...holder, purpose: 'VERIFY_EMAIL', lifeSeconds })
    const deny = this.#create({ ...holder, purpose: 'DENY_REGISTRATION', lifeSeconds })
    const mail = { kind: 'VERIFY_EMAIL', token: verify.secret, denyToken: deny.secret } as const
    return this.#enclose(to, holder.userId, mail, [verify, deny])
  }

  #token(user: Addressee, request: TokenRequest): CreatedToken {
    return this.#create({ ...request, userId: user?.id ?? null })
  }

  #create(options: Parameters<typeof newOneTimeToken>[1]): CreatedToken {
    return { ...newOneTimeToken(this.#deps, options), lifeSeconds: options.lifeSeconds }
  }

  #compose(
    addressee: Addressee,
    subject: { id: string } | null,
    mail: Mail,
    created: readonly CreatedToken[],
  ): MailWithTokens {
    return this.#enclose(recipientOf(addressee), subject?.id ?? null, mail, created)
  }

  #enclose(
    to: Recipient | null,
    userId: string | null,
    mail: Mail,
    created: readonly CreatedToken[],
  ): MailWithTokens {
    const tokens = created.map(({ token, lifeSeconds }) => ({ id: token.id, lifeSeconds }))
    const queued = this.#deps.composer.compose({ to, mail, tokens }, userId)
    return { tokens: created.map(({ token }) => token), mail: queued }
  }
}

/**
 * The greeting contains the name only if the address is verified: anyone can register another person's address, or
 * request a change to it, and would otherwise write text to that person in the name of this service.
 */
function recipientOf(addressee: Addressee): Recipient | null {
  if (addressee === null) return null
  const { email, emailVerifiedAt, firstName } = addressee
  return { email, name: emailVerifiedAt === null ? null : firstName }
}
