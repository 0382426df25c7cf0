/** What the service tells the pages about the installation. */
export interface Settings {
  /** Name of the product. */
  readonly name: string
  /** URL of the product's home page. */
  readonly home: string
  /** URL of the logo, relative to the page. */
  readonly logo: string
  /** Whether the service mails links that verify an address. */
  readonly verifiesEmail: boolean
  /** Whether a device can skip the second step of later sign-ins. */
  readonly remembersDevices: boolean
  /** The origins that a page may lead to after the sign-in. */
  readonly returnOrigins: readonly string[]
}

/** Reads the settings from the document. */
export function readSettings(from: Document): Settings {
  const content = from.querySelector('meta[name=gatehouse-settings]')?.getAttribute('content')
  return JSON.parse(content ?? '{}')
}
