import type { Mail, PhoneCodeMessage, QueuedMail, Recipient } from '../../../domain/mail/mail.ts'
import type { MailComposer } from '../../../domain/mail/mail-composer.ts'
import { newOneTimeToken, type OneTimeToken } from '../../../domain/one-time-tokens/one-time-token.ts'
import type { OneTimeTokenLifetimes } from '../../../domain/one-time-tokens/one-time-token-lifetimes.ts'
import { displayedDevice } from '../../../domain/sessions/device.ts'
import type { Session } from '../../../domain/sessions/session.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Ids } from '../../../lib/ids/ids.ts'
import type { Clock } from '../../../lib/time/clock.ts'
import type { MailWithTokens } from './post-mail.ts'

export interface MailDraftsDeps {
  readonly composer: MailComposer
  readonly ids: Ids
  readonly clock: Clock
  readonly lifetimes: OneTimeTokenLifetimes
}

/** Recipient of a mail. `null` causes the same work and the same rows, but sends nothing. */
export type Addressee = Pick<User, 'id' | 'email' | 'emailVerifiedAt' | 'firstName'> | null

type TokenRequest = Omit<Parameters<typeof newOneTimeToken>[1], 'userId'>

interface CreatedToken {
  readonly secret: string
  readonly token: OneTimeToken
  readonly lifeSeconds: number
}

/** Creates the tokens of links and seals mails, in the language of one request. Stores nothing. */
export class MailDrafts {
  readonly #deps: MailDraftsDeps
  /** BCP 47 tag for recipients whose account has no locale at the time of sending; null: English. */
  readonly #language: string | null

  constructor(deps: MailDraftsDeps, language: string | null) {
    this.#deps = deps
    this.#language = language
  }

  get lifetimes(): OneTimeTokenLifetimes {
    return this.#deps.lifetimes
  }

  now(): Date {
    return this.#deps.clock.now()
  }

  token(user: Addressee, request: TokenRequest): CreatedToken {
    return this.create({ ...request, userId: user?.id ?? null })
  }

  create(options: Parameters<typeof newOneTimeToken>[1]): CreatedToken {
    return { ...newOneTimeToken(this.#deps, options), lifeSeconds: options.lifeSeconds }
  }

  /** The link "This wasn't me". Each sign-in has its own: further mails void no earlier link. */
  report(user: Addressee): CreatedToken {
    const lifeSeconds = this.lifetimes.reportSessionSeconds
    return this.token(user, { purpose: 'REPORT_SESSION', lifeSeconds, keepsOlder: true })
  }

  compose(
    addressee: Addressee,
    subject: { id: string } | null,
    mail: Mail,
    created: readonly CreatedToken[],
  ): MailWithTokens {
    return this.enclose(recipientOf(addressee), subject?.id ?? null, mail, created)
  }

  /** `locale`: of an account that does not exist when the mail is sent. */
  enclose(
    to: Recipient | null,
    userId: string | null,
    mail: Mail,
    created: readonly CreatedToken[],
    locale: string | null = null,
  ): MailWithTokens {
    const tokens = created.map(({ token, lifeSeconds }) => ({ id: token.id, lifeSeconds }))
    const queued = this.#deps.composer.compose({ to, mail, tokens, locale: locale ?? this.#language }, userId)
    return { tokens: created.map(({ token }) => token), mail: queued }
  }

  textMessage(mail: PhoneCodeMessage, userId: string): QueuedMail {
    return this.#deps.composer.compose({ to: null, mail, tokens: [], locale: this.#language }, userId)
  }
}

/**
 * The browser and operating system, both from fixed lists. The name that the client chose is never used, since it would
 * let an attacker write text to the owner in the name of this service.
 */
export function deviceFacts({ device }: Pick<Session, 'device'>) {
  const { browser, os } = displayedDevice(device)
  const known = [browser, os].filter((name) => name !== null)
  return { browser, os, device: known.join(', ') || 'an unknown device' }
}

/**
 * The greeting contains the name only if the address is verified: anyone can register another person's address, or
 * request a change to it, and would otherwise write text to that person in the name of this service.
 */
export function recipientOf(addressee: Addressee): Recipient | null {
  if (addressee === null) return null
  const { email, emailVerifiedAt, firstName } = addressee
  return { email, name: emailVerifiedAt === null ? null : firstName }
}
