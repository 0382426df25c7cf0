import type { CDPSession, Page } from 'playwright-core'

/** An authenticator of the browser (WebAuthn over the DevTools protocol). */
export interface VirtualAuthenticator {
  readonly cdp: CDPSession
  readonly authenticatorId: string
}

/**
 * Gives the browser of a page a platform authenticator that keeps passkeys and verifies its user.
 * @param consents whether the user consents to every request at once, offers in the autofill included
 */
export async function addVirtualAuthenticator(page: Page, consents: boolean): Promise<VirtualAuthenticator> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: consents,
    },
  })
  return { cdp, authenticatorId }
}
