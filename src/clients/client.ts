export { type Answer, type AnswerError, type Refusal, refusalOf } from './answer.ts'
export { type AuthClient, createAuthClient, type RequestOptions } from './auth-client.ts'
export type { Call } from './call.ts'
export { toUnavailable } from './failure.ts'
export type { AuthClientOptions, Device, DeviceTokenStorage, SignedOutReason, Transport } from './options.ts'
export type { Channel, Locks } from './tabs.ts'
export {
  GatehouseUnavailable,
  type UnavailableDetails,
  type UnavailableReason,
} from './unavailable.ts'
export { type SessionEvent, type WatchOptions, watchSession } from './watch-session.ts'
