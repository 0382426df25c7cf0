import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Mail, QueuedMail, Recipient } from './mail.ts'

/** The sealed content of a mail row: recipient, mail and the one-time tokens in its links. */
export interface MailParameters {
  /** Null for a decoy: a mail to an address without an account, which is stored like any other and discarded. */
  readonly to: Recipient | null
  readonly mail: Mail
  readonly tokens: readonly MailedToken[]
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
