import { type Answer, refusalOf } from './answer.ts'
import type { AuthClient, RequestOptions } from './auth-client.ts'
import type { Call } from './call.ts'
import { readAnswers } from './event-stream.ts'
import { get, isObject } from './json.ts'
import { type Locks, openChannel } from './tabs.ts'
import { findUnavailable, unavailableFrom } from './unavailable.ts'

/** An event of one of the account's sessions. */
export interface SessionEvent {
  /** NEW_SESSION, REVOKED or EXPIRING. */
  readonly type: string
  readonly sessionId: string
}

export interface WatchOptions {
  /** Called in every tab that calls `watchSession`. */
  readonly onEvent?: (event: SessionEvent) => void
  /** Replaces navigator.locks; with null every tab opens its own stream. */
  readonly locks?: Locks | null
}

const query = 'subscription SessionEvents { sessionEvents { type sessionId } }'
const minDelayMs = 250
const maxDelayMs = 30_000
const signedOutDelayMs = 1000
/** A stream that lasted this long counts as healthy: after it, delays start at the minimum again. */
const healthyStreamMs = 10_000
/** Upper bound for the `retryAfterSeconds` of the service. */
const maxRetryAfterMs = 300_000

/**
 * Subscribes to `sessionEvents`: when the session is ended elsewhere, `onSignedOut` is called in all tabs within a second.
 * One tab holds the stream and passes every event to the others. While a tab watches, the session is refreshed and does
 * not reach its idle timeout.
 * @returns A function that stops watching.
 */
export function watchSession(auth: AuthClient, options: WatchOptions = {}): () => void {
  const { onEvent = () => undefined } = options
  // With BODY each page has a session, and therefore events, of its own.
  const isShared = auth.options.transport !== 'BODY'
  const { locks = globalThis.navigator?.locks } = options
  const stop = new AbortController()
  const name = `gatehouse events ${auth.options.name ?? auth.options.url}`
  // Without locks every tab has its own stream, and none passes events on.
  const others = isShared && locks ? openChannel(name) : null
  if (others) others.onmessage = ({ data }) => deliver(data, onEvent)
  const listen = () =>
    listenUntilStopped(auth, stop.signal, (event) => {
      others?.postMessage(event)
      onEvent(event)
    })
  const listening = isShared && locks ? locks.request(name, { signal: stop.signal }, listen) : listen()
  // Only the wait for the lock can fail, when it is aborted by `stop`.
  listening.catch(() => undefined)
  return () => {
    stop.abort()
    others?.close()
  }
}

async function listenUntilStopped(
  auth: AuthClient,
  signal: AbortSignal,
  onEvent: (event: SessionEvent) => void,
): Promise<void> {
  let backoffMs = minDelayMs
  while (!signal.aborted) {
    const startedAt = Date.now()
    let requiredDelayMs = 0
    try {
      if (auth.signedIn) await listenOnce(auth, signal, onEvent)
      else requiredDelayMs = signedOutDelayMs
      backoffMs = minDelayMs
    } catch (error) {
      if (Date.now() - startedAt > healthyStreamMs) backoffMs = minDelayMs / 2
      const seconds = findUnavailable(error)?.retryAfterSeconds ?? 0
      backoffMs = Math.min(backoffMs * 2, maxDelayMs)
      requiredDelayMs = Math.min(seconds * 1000, maxRetryAfterMs)
    }
    // Random, so that pages that lost the same server do not reconnect at the same time.
    await sleep(Math.max(backoffMs, requiredDelayMs) * (1 + Math.random()), signal)
  }
}

/** Listens until the stream ends: when the access token expires, the session ends, or the server stops. */
async function listenOnce(
  auth: AuthClient,
  signal: AbortSignal,
  onEvent: (event: SessionEvent) => void,
): Promise<void> {
  const call = auth.readCall(query)
  await auth.prepare(call)
  const { url, fetch: send = fetch } = auth.options
  const sentWith = auth.requestOptions(call)
  const response = await send(url, {
    method: 'POST',
    credentials: sentWith.credentials,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...sentWith.headers },
    body: JSON.stringify({ query }),
    signal,
  })
  for await (const answer of readAnswers(response)) {
    if (answer.errors !== undefined) return recoverOrThrow(auth, call, sentWith, answer)
    const event = toSessionEvent(get(answer.data, 'sessionEvents'))
    if (event === null) continue
    onEvent(event)
    // The event may concern another session. If it was this one, the service refuses this query, which signs out.
    if (event.type === 'REVOKED') await auth.request('{ currentSession { __typename } }')
    // The token that the stream was opened with expires. The page may have another by now.
    if (event.type === 'EXPIRING') return void (await auth.recover('TOKEN_EXPIRED', call, sentWith, null))
    if (!auth.signedIn) return
  }
}

/** @throws GatehouseUnavailable unless the refusal could be resolved */
async function recoverOrThrow(
  auth: AuthClient,
  call: Call,
  sentWith: RequestOptions,
  answer: Answer,
): Promise<void> {
  const refusal = refusalOf(answer)
  if (refusal !== null && (await auth.recover(refusal, call, sentWith, null))) return
  throw unavailableFrom(answer)
}

function deliver(message: unknown, onEvent: (event: SessionEvent) => void): void {
  const event = toSessionEvent(message)
  if (event !== null) onEvent(event)
}

function toSessionEvent(value: unknown): SessionEvent | null {
  if (!isObject(value)) return null
  const { type, sessionId } = value
  return typeof type === 'string' && typeof sessionId === 'string' ? { type, sessionId } : null
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
