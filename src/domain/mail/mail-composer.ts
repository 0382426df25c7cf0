import type { Ids } from '../../lib/ids/ids.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Mail, PhoneCodeMessage, QueuedMail, Recipient } from './mail.ts'

/** The sealed content of a mail row: recipient, mail and the one-time tokens in its links. */
export interface MailParameters {
  /**
   * Null for a decoy: a mail to an address without an account, which is stored like any other and discarded. Null for a text message,
   * which contains its number.
   */
  readonly to: Recipient | null
  readonly mail: Mail | PhoneCodeMessage
  readonly tokens: readonly MailedToken[]
  /**
   * BCP 47 tag of the request that caused the mail, or of an account that does not exist at the time of sending. A locale of
   * the account precedes it. Null or absent: English.
   */
  readonly locale?: string | null
}

/** A one-time token whose lifetime begins when its mail is sent, not when it was requested. */
export interface MailedToken {
  readonly id: string
  readonly lifeSeconds: number
}

/** Content is padded to multiples of this size, so that the size of a row does not reveal the length of an address. */
const paddedBytes = 1024

/** The sealing purpose of a mail. It contains the id, so that sealed mails cannot be swapped between rows. */
export function sealingPurpose(mailId: string): string {
  return `mail:${mailId}`
}

/** Composes mails for the queue. The use case stores the mail in the transaction of its change. */
export class MailComposer {
  readonly #deps: { sealer: Sealer; ids: Ids; clock: Clock }

  constructor(deps: { sealer: Sealer; ids: Ids; clock: Clock }) {
    this.#deps = deps
  }

  compose(parameters: MailParameters, userId: string | null): QueuedMail {
    const { sealer, ids, clock } = this.#deps
    const id = ids.next()
    const text = JSON.stringify(parameters)
    const length = Math.ceil((Buffer.byteLength(text) + 1) / paddedBytes) * paddedBytes
    const plain = Buffer.alloc(length, ' ')
    plain.write(text)
    return {
      id,
      kind: parameters.mail.kind,
      userId,
      sealedParameters: sealer.seal(plain, sealingPurpose(id)),
      createdAt: clock.now(),
    }
  }
}
