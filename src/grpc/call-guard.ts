import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js'
import { addressOf, assertServed, type GrpcAuthDeps, statusOf, TooManyCallsError } from './grpc-auth.ts'
import { OpenCalls } from './open-calls.ts'

/** As long as a request over HTTP may take to arrive. */
const defaultRequestLimitMs = 10_000
/** Whoever asks nobody for leave, for as long as he likes: Watch of the health protocol, and reflection. */
const maxStreams = { ofAnAddress: 50, inAll: 1_000 }
const maxCalls = { ofAnAddress: 1_000, inAll: 5_000 }

/**
 * Stands before every method, those that want no credentials as well: serves no address that is not served, bounds how
 * many calls are open, and ends those whose request does not come.
 */
export function createCallGuard(
  deps: GrpcAuthDeps,
  requestLimitMs: number = defaultRequestLimitMs,
): ServerInterceptor {
  const streams = new OpenCalls(maxStreams)
  const calls = new OpenCalls(maxCalls)

  function begin(call: ServerInterceptingCallInterface, metadata: Metadata, open: OpenCalls): () => void {
    const address = addressOf(deps, { metadata, getPeer: () => call.getPeer() })
    assertServed(deps, address)
    const exempt = address !== null && deps.addressRules.isExempt(address)
    const end = open.begin(exempt ? null : address)
    if (end === null) throw new TooManyCallsError()
    return end
  }

  return (method, call) => {
    let end = (): void => undefined
    let arriving: NodeJS.Timeout | undefined
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            try {
              end = begin(call, metadata, method.responseStream ? streams : calls)
            } catch (error) {
              return call.sendStatus(statusOf(deps, error))
            }
            arriving = setTimeout(() => call.sendStatus(unsent), requestLimitMs).unref()
            pass(metadata)
          },
          onReceiveHalfClose(pass) {
            clearTimeout(arriving)
            pass()
          },
          // Comes once, however a call ends.
          onCancel() {
            clearTimeout(arriving)
            end()
          },
        }),
    })
  }
}

const unsent = { code: status.DEADLINE_EXCEEDED, details: 'The request did not come in time.' }
