export type { Answer, AnswerError, Refusal } from './answer.ts'
export { type AuthClient, createAuthClient, type Sending } from './auth-client.ts'
export type { AuthClientOptions, Device, DeviceTokenStorage, SignedOutReason, Transport } from './options.ts'
export type { Channel, Locks } from './tabs.ts'
export {
  GatehouseUnavailable,
  toUnavailable,
  type UnavailableDetails,
  type UnavailableReason,
} from './unavailable.ts'
export { type SessionEvent, type WatchOptions, watchSession } from './watch-session.ts'
