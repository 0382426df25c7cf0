/** The relying party of WebAuthn: the site for which passkeys are registered. */
export interface PasskeyRp {
  /** RP id: a domain. It is a part of every passkey, so a change makes all of them useless. */
  readonly id: string
  /** Name that authenticators show. */
  readonly name: string
  /** Origins whose pages may register and use passkeys. */
  readonly origins: readonly string[]
}
