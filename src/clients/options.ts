import type { Channel, Locks } from './tabs.ts'

/** Where the tokens travel; the one that `login` and `register` are called with. */
export type Transport = 'BODY' | 'COOKIE' | 'HYBRID'

/**
 * Why nobody is signed in any more.
 * SIGNED_OUT here, SIGNED_OUT_ELSEWHERE in another tab; ACCOUNT_DELETED; TOKEN_REVOKED and TOKEN_INVALID, which the
 * service says of the access token; INVALID_REFRESH_TOKEN, REFRESH_TOKEN_REUSED and DEVICE_MISMATCH, which it says of
 * the refresh token; NO_SESSION, when there is no (good) refresh cookie; SESSION_REPLACED, when somebody has signed in beside this page, and the cookies are his.
 */
export type SignedOutReason =
  | 'SIGNED_OUT'
  | 'SIGNED_OUT_ELSEWHERE'
  | 'ACCOUNT_DELETED'
  | 'TOKEN_REVOKED'
  | 'TOKEN_INVALID'
  | 'INVALID_REFRESH_TOKEN'
  | 'REFRESH_TOKEN_REUSED'
  | 'DEVICE_MISMATCH'
  | 'NO_SESSION'
  | 'SESSION_REPLACED'

/** Keeps the device token with BODY, for example in localStorage or the keychain of a telephone. */
export interface DeviceTokenStorage {
  read(): string | null | Promise<string | null>
  write(deviceToken: string): void | Promise<void>
}

/** What the client sends of its device; part of what makes "the same device". */
export interface Device {
  readonly name?: string
  readonly fingerprint?: string
}

export interface AuthClientOptions {
  /** The GraphQL endpoint, of Gatehouse or of a gateway before it. */
  readonly url: string
  readonly transport: Transport
  /** The device, the same for sign-in and refreshes. */
  readonly device?: Device
  /** BODY only; without it every sign-in is one from a new device. Never gets a token that opens anything. */
  readonly deviceTokens?: DeviceTokenStorage
  /** Called once when somebody who was signed in is not any more: clear caches, show the sign-in page. */
  readonly onSignedOut?: (reason: SignedOutReason) => void
  /** Called when somebody has signed in in another tab: clear caches, ask who it is. */
  readonly onSignedIn?: () => void
  /** Instead of the global fetch. */
  readonly fetch?: typeof fetch
  /** Tabs with the same name share one session; by default the url and the transport. */
  readonly name?: string
  /** Instead of navigator.locks; null does without. */
  readonly locks?: Locks | null
  /** Instead of BroadcastChannel; null does without. */
  readonly channel?: ((name: string) => Channel | null) | null
  /** Milliseconds since 1970. */
  readonly now?: () => number
}
