/** Whether the browser knows WebAuthn. It is hidden outside of secure contexts. */
export function supportsPasskeys(): boolean {
  return typeof window.PublicKeyCredential === 'function'
}
