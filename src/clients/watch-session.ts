import { type Answer, refusalOf } from './answer.ts'
import type { AuthClient, Sending } from './auth-client.ts'
import type { Call } from './call.ts'
import { readAnswers } from './event-stream.ts'
import { type Locks, openChannel } from './tabs.ts'
import { get, isObject, unavailableIn, unavailableOf } from './unavailable.ts'

/** Something that has happened to one of the account's sessions. */
export interface SessionEvent {
  /** NEW_SESSION, REVOKED or EXPIRING. */
  readonly type: string
  readonly sessionId: string
}

export interface WatchOptions {
  /** Called in every tab that watches. */
  readonly onEvent?: (event: SessionEvent) => void
  /** Instead of navigator.locks; null lets every tab have a stream of its own. */
  readonly locks?: Locks | null
}

const query = 'subscription SessionEvents { sessionEvents { type sessionId } }'
const minPauseMs = 250
const maxPauseMs = 30_000
const goodMs = 10_000
/** Whoever asks for more patience than this is asked again all the same. */
const maxRestMs = 300_000

/**
 * Listens to `sessionEvents`, so that a session that is ended elsewhere is known within a second: `onSignedOut` is
 * called then, in all tabs. One tab listens for all of them, and tells them of every event. As long as it does, the
 * session is refreshed, and does not end for resting.
 * @returns What ends it.
 */
export function watchSession(auth: AuthClient, options: WatchOptions = {}): () => void {
  const { onEvent = () => undefined } = options
  // With BODY a session is one page's alone, and so are its events.
  const isShared = auth.options.transport !== 'BODY'
  const { locks = globalThis.navigator?.locks } = options
  const stop = new AbortController()
  const name = `gatehouse events ${auth.options.name ?? auth.options.url}`
  // Without locks every tab listens for itself.
  const others = isShared && locks ? openChannel(name) : null
  if (others !== null) others.onmessage = ({ data }) => tellOf(data, onEvent)
  const listen = () =>
    listenUntilStopped(auth, stop.signal, (event) => {
      others?.postMessage(event)
      onEvent(event)
    })
  const listening = isShared && locks ? locks.request(name, { signal: stop.signal }, listen) : listen()
  // The wait for the lock is all that can fail: by being stopped.
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
  let pauseMs = minPauseMs
  while (!signal.aborted) {
    const beganAt = Date.now()
    let restMs = 0
    try {
      if (auth.signedIn) await listenOnce(auth, signal, onEvent)
      else restMs = 1000
      pauseMs = minPauseMs
    } catch (error) {
      // What has been heard for a while was good until it was cut.
      if (Date.now() - beganAt > goodMs) pauseMs = minPauseMs / 2
      const seconds = unavailableIn(error)?.retryAfterSeconds ?? 0
      pauseMs = Math.min(pauseMs * 2, maxPauseMs)
      restMs = Math.min(seconds * 1000, maxRestMs)
    }
    // Pages that lost the same server do not come back together.
    await pause(Math.max(pauseMs, restMs) * (1 + Math.random()), signal)
  }
}

/** Until the stream ends: with the access token, with the session, or with the server's process. */
async function listenOnce(
  auth: AuthClient,
  signal: AbortSignal,
  onEvent: (event: SessionEvent) => void,
): Promise<void> {
  const call = auth.read(query)
  await auth.prepare(call)
  const { url, fetch: send = fetch } = auth.options
  const sending = auth.sending(call)
  const response = await send(url, {
    method: 'POST',
    credentials: sending.credentials,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...sending.headers },
    body: JSON.stringify({ query }),
    signal,
  })
  for await (const answer of readAnswers(response)) {
    if (answer.errors !== undefined) return giveWay(auth, call, sending, answer)
    const event = eventIn(answer)
    if (event === null) continue
    onEvent(event)
    // Whose session it was, the service knows: a session that has ended is signed out by its answer.
    if (event.type === 'REVOKED') await auth.request('{ currentSession { __typename } }')
    if (event.type === 'EXPIRING') return void (await auth.refresh())
    if (!auth.signedIn) return
  }
}

/** @throws unless what was refused is mended now */
async function giveWay(auth: AuthClient, call: Call, sending: Sending, answer: Answer): Promise<void> {
  const refusal = refusalOf(answer)
  if (refusal !== null && (await auth.mend(refusal, call, sending, null))) return
  throw unavailableOf(answer)
}

function eventIn({ data }: Answer): SessionEvent | null {
  return asEvent(get(data, 'sessionEvents'))
}

function tellOf(message: unknown, onEvent: (event: SessionEvent) => void): void {
  const event = asEvent(message)
  if (event !== null) onEvent(event)
}

function asEvent(value: unknown): SessionEvent | null {
  if (!isObject(value)) return null
  const { type, sessionId } = value
  return typeof type === 'string' && typeof sessionId === 'string' ? { type, sessionId } : null
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
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
