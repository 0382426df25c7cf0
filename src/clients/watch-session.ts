import { type Answer, refusalOf } from './answer.ts'
import type { AuthClient } from './auth-client.ts'
import { readAnswers } from './event-stream.ts'
import type { Locks } from './tabs.ts'
import { isObject, toUnavailable } from './unavailable.ts'

/** Something that has happened to one of the account's sessions. */
export interface SessionEvent {
  /** NEW_SESSION, REVOKED or EXPIRING. */
  readonly type: string
  readonly sessionId: string
}

export interface WatchOptions {
  readonly onEvent?: (event: SessionEvent) => void
  /** Instead of navigator.locks; null lets every tab have a stream of its own. */
  readonly locks?: Locks | null
}

const query = 'subscription SessionEvents { sessionEvents { type sessionId } }'
const call = { mutations: [] }
const SHORTEST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000

/**
 * Listens to `sessionEvents`, so that a session that is ended elsewhere is known within a second: `onSignedOut` is
 * called then, in all tabs. One tab listens for all of them. As long as it does, the session is refreshed, and does not
 * end for resting.
 * @returns What ends it.
 */
export function watchSession(auth: AuthClient, options: WatchOptions = {}): () => void {
  const { onEvent } = options
  const locks: Locks | null =
    options.locks === undefined ? (globalThis.navigator?.locks ?? null) : options.locks
  const stop = new AbortController()
  const listen = () => listenUntilStopped(auth, stop.signal, onEvent)
  const name = `gatehouse events ${auth.options.name ?? auth.options.url}`
  const listening = locks === null ? listen() : locks.request(name, { signal: stop.signal }, listen)
  // The wait for the lock is all that can fail: by being stopped.
  listening.catch(() => undefined)
  return () => stop.abort()
}

async function listenUntilStopped(
  auth: AuthClient,
  signal: AbortSignal,
  onEvent: WatchOptions['onEvent'],
): Promise<void> {
  let pauseMs = SHORTEST_PAUSE_MS
  while (!signal.aborted) {
    try {
      if (auth.signedIn) await listenOnce(auth, signal, onEvent)
      pauseMs = SHORTEST_PAUSE_MS
    } catch (error) {
      const seconds = toUnavailable(error)?.retryAfterSeconds ?? 0
      pauseMs = Math.max(seconds * 1000, Math.min(pauseMs * 2, LONGEST_PAUSE_MS))
    }
    // Pages that lost the same server do not come back together.
    await pause(pauseMs * (1 + Math.random()), signal)
  }
}

/** Until the stream ends: with the access token, with the session, or with the server's process. */
async function listenOnce(
  auth: AuthClient,
  signal: AbortSignal,
  onEvent: WatchOptions['onEvent'],
): Promise<void> {
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
    const refusal = refusalOf(answer.errors)
    if (refusal !== null) return void (await auth.mend(refusal, call, sending))
    const unavailable = toUnavailable(answer)
    if (unavailable !== null) throw unavailable
    const event = eventIn(answer)
    if (event === null) continue
    onEvent?.(event)
    // Whose session it was, the service knows: a session that has ended is signed out by its answer.
    if (event.type === 'REVOKED') await auth.request('{ currentSession { __typename } }')
    if (event.type === 'EXPIRING') return void (await auth.refresh())
    if (!auth.signedIn) return
  }
}

function eventIn({ data }: Answer): SessionEvent | null {
  const event = isObject(data) ? data.sessionEvents : null
  if (!isObject(event)) return null
  const { type, sessionId } = event
  return typeof type === 'string' && typeof sessionId === 'string' ? { type, sessionId } : null
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
