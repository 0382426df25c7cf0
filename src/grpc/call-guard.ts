import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js'
import { type AddressSlotLimits, AddressSlots } from '../lib/network/address-slots.ts'
import { statusOf, TooManyCallsError } from './call-status.ts'
import { addressOf, assertServed, type GrpcAuthDeps } from './grpc-auth.ts'

/** The same limit as for a request over HTTP. */
const defaultRequestLimitMs = 10_000
/** Streams need no credentials and have no time limit: Watch of the health protocol, and reflection. */
const maxStreams: AddressSlotLimits = { perAddress: 50, total: 1_000 }
const maxCalls: AddressSlotLimits = { perAddress: 1_000, total: 5_000 }

/**
 * Guards every method, including those without credentials: refuses addresses that are not served, bounds the number of
 * open calls, and ends calls whose request does not arrive in time.
 */
export function createCallGuard(
  deps: GrpcAuthDeps,
  requestLimitMs: number = defaultRequestLimitMs,
): ServerInterceptor {
  const streams = new AddressSlots(maxStreams)
  const calls = new AddressSlots(maxCalls)

  return function guardCall(method, call) {
    let end = (): void => undefined
    let requestTimer: NodeJS.Timeout | undefined
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            try {
              end = begin(deps, call, metadata, method.responseStream ? streams : calls)
            } catch (error) {
              return call.sendStatus(statusOf(deps, error))
            }
            requestTimer = setTimeout(() => call.sendStatus(requestTimeout), requestLimitMs).unref()
            pass(metadata)
          },
          onReceiveHalfClose(pass) {
            clearTimeout(requestTimer)
            pass()
          },
          // Called exactly once for every call, however it ends.
          onCancel() {
            clearTimeout(requestTimer)
            end()
          },
        }),
    })
  }
}

const requestTimeout = { code: status.DEADLINE_EXCEEDED, details: 'The request did not arrive in time.' }

/** Counts the call as open until the returned function is called. @throws errors that `statusOf` maps */
function begin(
  deps: GrpcAuthDeps,
  call: ServerInterceptingCallInterface,
  metadata: Metadata,
  open: AddressSlots,
): () => void {
  const address = addressOf(deps, { metadata, getPeer: () => call.getPeer() })
  assertServed(deps, address)
  const exempt = address !== null && deps.addressRules.isExempt(address)
  const end = open.begin(exempt ? null : address)
  if (end === null) throw new TooManyCallsError()
  return end
}
