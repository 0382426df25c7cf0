/** The product as mails present it. */
export interface MailBranding {
  /** One line of text. */
  readonly name: string
  /** The home page of the product; mails without another link open it. */
  readonly url: URL
  /** CSS colour of headings and buttons, such as `#2f5bd7`. */
  readonly color: string
}
