import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Mail, QueuedMail, Recipient } from './mail.ts'

/** What is sealed in a row: whom, what, and which one-time tokens have to live from the moment of sending. */
export interface MailParameters {
  /** Null: a mail to an address without an account, which is written like any other and thrown away. */
  readonly to: Recipient | null
  readonly mail: Mail
  readonly tokens: readonly MailedToken[]
}

/** A one-time token whose life begins when its mail is sent, not when it was asked for. */
export interface MailedToken {
  readonly id: string
  readonly lifeSeconds: number
}

/** Rows have one of few sizes, so that none tells how long an address is. */
const paddedBytes = 1024

export function sealingPurpose(mailId: string): string {
  return `mail:${mailId}`
}

/** Writes mails for the courier. The row is stored by whoever makes the change that wants the mail. */
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
