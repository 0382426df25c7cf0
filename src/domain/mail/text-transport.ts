/** A text message to a phone. */
export interface TextMessage {
  /** The same for each attempt, so that receivers recognise repetitions. */
  readonly id: string
  /** E.164. */
  readonly to: string
  readonly text: string
  /** BCP 47 tag of the text. */
  readonly language: string
  /** The code in the text, for receivers that use a template of their own. */
  readonly code: string
  readonly expiresAt: Date
}

/** Port to the service that sends text messages. */
export interface TextTransport {
  /**
   * Hands over one message, within 30 s.
   * @throws MailError if the message was not accepted, PermanentMailError if it never will be
   */
  send(message: TextMessage): Promise<void>
  /** Number of messages that can be sent now, if the transport knows: the others wait in the queue. */
  capacity?(): number
}
