import type { Channel, Locks } from './tabs.ts'

/** How the tokens travel; passed to `login` and `register`. */
export type Transport = 'BODY' | 'COOKIE' | 'HYBRID'

/**
 * Why the page is signed out.
 * - SIGNED_OUT: `logout` in this tab; SIGNED_OUT_ELSEWHERE: in another tab.
 * - ACCOUNT_DELETED: `deleteAccount`.
 * - TOKEN_REVOKED, TOKEN_INVALID: the service refused the access token.
 * - INVALID_REFRESH_TOKEN, REFRESH_TOKEN_REUSED, DEVICE_MISMATCH: the service refused the refresh token.
 * - NO_SESSION: the refresh cookie is missing or not valid.
 * - SESSION_REPLACED: another session was started in this browser, and the cookies belong to it.
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

/** Stores a token of the device with BODY, for example in localStorage or the keychain of a phone. */
export interface DeviceTokenStorage {
  read(): string | null | Promise<string | null>
  write(token: string): void | Promise<void>
}

/** What the client reports about its device. The service uses it to recognize the same device. */
export interface Device {
  readonly name?: string
  readonly fingerprint?: string
}

export interface AuthClientOptions {
  /** The GraphQL endpoint of Gatehouse, or of a gateway in front of it. */
  readonly url: string
  readonly transport: Transport
  /** Sent with sign-ins and refreshes. Must stay the same. */
  readonly device?: Device
  /** BODY only. Without it every sign-in is from a new device. It never receives an access or refresh token. */
  readonly deviceTokens?: DeviceTokenStorage
  /**
   * BODY only. Without it every sign-in asks for the second step, even on a device that its user chose to remember. The token
   * replaces the second step, so keep it where only this application can read it.
   */
  readonly rememberedDevices?: DeviceTokenStorage
  /** Called once when a session ends: clear caches, show the sign-in page. */
  readonly onSignedOut?: (reason: SignedOutReason) => void
  /** Called after a sign-in in another tab: clear caches, query who is signed in. */
  readonly onSignedIn?: () => void
  /** Maximum time to wait for the response to a `request` without a signal. Defaults to 30 000. */
  readonly requestTimeoutMs?: number
  /** Replaces the global fetch. */
  readonly fetch?: typeof fetch
  /** Tabs with the same name share one session. Defaults to the url and the transport. */
  readonly name?: string
  /** Replaces navigator.locks; null uses no locks. */
  readonly locks?: Locks | null
  /** Replaces BroadcastChannel; null uses no channel. */
  readonly channel?: ((name: string) => Channel | null | undefined) | null
  /** Returns milliseconds since 1970. Defaults to Date.now. */
  readonly now?: () => number
}
